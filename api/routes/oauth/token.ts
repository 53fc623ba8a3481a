/** `POST /api/v1/oauth/token`: client credentials (RFC 6749 §4.4), for machines; no MFA. OAuth error form. */
import formbody from '@fastify/formbody';
import { Type } from '@sinclair/typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ERRORS } from '../../../domain/errors';
import { ACCESS_TOKEN_SECONDS } from '../../../runtime/tokens';
import type { App } from '../../app';
import type { ClientPrincipal } from '../../client-authentication';
import type { ApiDeps } from '../../deps';
import { presentedToken, type TokenScheme } from '../../dpop';
import { DpopHeader, OAuthError, TokenType } from '../../schemas';
import { Problem } from '../../problem';

const schema = {
  tags: ['OAuth'],
  summary: 'Issue an access token by client credentials',
  security: [{}, { client: [] }],
  headers: Type.Object({ dpop: DpopHeader }),
  consumes: ['application/x-www-form-urlencoded'],
  response: {
    200: Type.Object({
      access_token: Type.String(),
      token_type: TokenType,
      expires_in: Type.Integer(),
      scope: Type.String(),
    }),
    400: OAuthError,
    401: OAuthError,
    429: OAuthError,
    503: OAuthError,
  },
};

export function registerTokenRoute(app: App, deps: ApiDeps): void {
  // In a scope of its own: no other endpoint may be fed by a form.
  void app.register(async (scope) => {
    await scope.register(formbody);
    scope.post('/api/v1/oauth/token', { schema, errorHandler }, async (request, reply) => {
      const answer = await issueToken(deps, request);
      void reply.header('pragma', 'no-cache');
      return answer;
    });
  });
}

async function issueToken(deps: ApiDeps, request: FastifyRequest) {
  const form = parseForm(request);
  if (!form) throw new OAuthProblem(400, 'invalid_request', 'A form body with single values is required.');
  const client = await authenticate(deps, request, form);
  if (!client) {
    await deps.limits.address(request.ip);
    throw new OAuthProblem(401, 'invalid_client', 'Client authentication failed.');
  }
  await deps.limits.client(client.clientId);
  const scope = grantedScope(client, form);
  const { clientId, secretVersion } = client;
  const jkt = await deps.dpop.keyOf(request);
  const claims = { subject: clientId, clientId, scope, secretVersion, jkt };
  const access_token = await deps.tokens.signAccessToken(claims);
  const token_type: TokenScheme = jkt === undefined ? 'Bearer' : 'DPoP';
  return { access_token, token_type, expires_in: ACCESS_TOKEN_SECONDS, scope };
}

/** No `scope` asks for all that the client has. */
function grantedScope(client: ClientPrincipal, form: Record<string, string>): string {
  if (form['grant_type'] !== 'client_credentials') {
    throw new OAuthProblem(400, 'unsupported_grant_type', 'Only client_credentials is supported.');
  }
  const asked = form['scope']?.split(' ').filter((scope) => scope !== '') ?? [...client.scopes];
  if (asked.some((scope) => !client.scopes.has(scope))) {
    throw new OAuthProblem(400, 'invalid_scope', 'The client does not have a requested scope.');
  }
  return asked.join(' ');
}

/** `client_id` and `client_secret` in the body are allowed beside Basic (RFC 6749 §2.3.1), but not both at once. */
async function authenticate(
  deps: ApiDeps,
  request: FastifyRequest,
  form: Record<string, string>,
): Promise<ClientPrincipal | undefined> {
  if (request.headers.authorization !== undefined) {
    if (form['client_secret'] !== undefined) return undefined;
    // A token is no way to another one: a stolen one must not outlive its hour.
    if (presentedToken(request.headers.authorization)) return undefined;
    return deps.clients.authenticateIfPresent(request).catch((error: unknown) => {
      if (error instanceof Problem && error.code === 'unauthorized') return undefined;
      throw error;
    });
  }
  return deps.clients.checkSecret(form['client_id'] ?? '', form['client_secret'] ?? '');
}

function parseForm(request: FastifyRequest): Record<string, string> | undefined {
  const { body } = request;
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(request.headers['content-type'] ?? '');
  if (!isForm || typeof body !== 'object' || body === null) return undefined;
  const entries = Object.entries(body);
  if (!entries.every((entry): entry is [string, string] => typeof entry[1] === 'string')) return undefined;
  return Object.fromEntries(entries);
}

/** An error in the form of RFC 6749 §5.2. */
class OAuthProblem extends Error {
  constructor(
    readonly status: 400 | 401,
    readonly error: string,
    readonly description: string,
  ) {
    super(error);
  }
}

/** The token endpoint speaks OAuth's error form for outages and limits too. */
function errorHandler(error: Error, _request: FastifyRequest, reply: FastifyReply): void {
  const { status, code, description } = describe(error);
  if (status === 401) void reply.header('www-authenticate', 'Basic realm="zewstid"');
  if (status === 429 || status === 503) void reply.header('retry-after', '1');
  void reply.code(status).send({ error: code, error_description: description });
}

function describe(error: Error): { status: number; code: string; description: string } {
  if (error instanceof OAuthProblem)
    return { status: error.status, code: error.error, description: error.description };
  if (error instanceof Problem && error.code === 'rate_limited') {
    return { status: 429, code: 'temporarily_unavailable', description: 'Too many requests.' };
  }
  if (error instanceof Problem && error.code === 'invalid_dpop_proof') {
    return { status: 400, code: error.code, description: ERRORS[error.code].detail };
  }
  const { statusCode } = error as { statusCode?: number };
  const isRequest = error instanceof Problem || (statusCode !== undefined && statusCode < 500);
  return isRequest
    ? { status: 400, code: 'invalid_request', description: 'A form body is required.' }
    : { status: 503, code: 'temporarily_unavailable', description: 'Try again later.' };
}
