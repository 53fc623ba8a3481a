/**
 * Who calls: a client with its secret (HTTP Basic, RFC 7617 / RFC 6749 §2.3.1) or with an access token from
 * `/oauth/token`. The application's row is read on every request, so a deactivated client is out at once.
 */
import type { FastifyRequest } from 'fastify';
import { holds, type Permission } from '../domain/access/permissions';
import { isId } from '../domain/ids';
import { digestsEqual, UnknownKeyError, type KeyRing } from '../runtime/keys';
import type { Tokens } from '../runtime/tokens';
import { findClient, type ClientCredentialRow } from '../storage/applications';
import type { Pool } from '../storage/postgres';
import { dpopChallenge, presentedToken, type Dpop, type PresentedToken } from './dpop';
import { Problem } from './problem';

export interface ClientPrincipal {
  readonly clientId: string;
  readonly organizationId: string;
  readonly scopes: ReadonlySet<string>;
  /** Which of its secrets is the valid one: tokens earned with another are worth nothing. */
  readonly secretVersion: number;
  /** Database clock at authentication, epoch ms, and this process' clock at the same instant (monotonic ms). */
  readonly databaseNow: number;
  readonly readAt: number;
}

export interface ClientAuthentication {
  /** The calling client, or a 401 problem. */
  authenticate(request: FastifyRequest): Promise<ClientPrincipal>;
  /** The same for a request that may come without credentials; wrong ones are still refused. */
  authenticateIfPresent(request: FastifyRequest): Promise<ClientPrincipal | undefined>;
  /** Checks an id and secret; `undefined` when they do not fit. */
  checkSecret(clientId: string, secret: string): Promise<ClientPrincipal | undefined>;
}

const CHALLENGE = { headers: { 'www-authenticate': 'Basic realm="zewstid", charset="UTF-8"' } };
/** A client nobody has: unknown ids take as long as wrong secrets. */
const NOBODY_DIGEST = Buffer.alloc(32);

export function createClientAuthentication(deps: AuthenticationDeps): ClientAuthentication {
  async function authenticateIfPresent(request: FastifyRequest): Promise<ClientPrincipal | undefined> {
    const header = request.headers.authorization;
    if (header === undefined) return undefined;
    const principal = await principalOfRequest(deps, request, header);
    if (!principal) throw new Problem('unauthorized', challengeTo(header));
    return principal;
  }

  return {
    checkSecret: (clientId, secret) => checkSecret(deps, clientId, secret),
    authenticateIfPresent,
    async authenticate(request) {
      const principal = await authenticateIfPresent(request);
      if (!principal) throw new Problem('unauthorized', CHALLENGE);
      return principal;
    },
  };
}

interface AuthenticationDeps {
  readonly pool: Pool;
  readonly keys: KeyRing;
  readonly tokens: Tokens;
  readonly dpop: Dpop;
}

function challengeTo(header: string): typeof CHALLENGE {
  if (presentedToken(header)?.scheme !== 'DPoP') return CHALLENGE;
  return { headers: { 'www-authenticate': dpopChallenge('error="invalid_token"') } };
}

async function principalOfRequest(
  deps: AuthenticationDeps,
  request: FastifyRequest,
  header: string,
): Promise<ClientPrincipal | undefined> {
  const basic = parseBasic(header);
  if (basic) return checkSecret(deps, basic.clientId, basic.secret);
  const presented = presentedToken(header);
  return presented && checkToken(deps, request, presented);
}

async function checkSecret(
  { pool, keys }: AuthenticationDeps,
  clientId: string,
  secret: string,
): Promise<ClientPrincipal | undefined> {
  const row = isPlainText(clientId) ? await findClient(pool, clientId) : undefined;
  const stored = row?.secretDigest ?? NOBODY_DIGEST;
  const given = digestClientSecret(keys, { clientId, secret, keyId: row?.secretKeyId ?? undefined });
  return row && digestsEqual(given, stored) && isInForce(row) ? principalOf(row, row.scopes) : undefined;
}

async function checkToken(
  { pool, tokens, dpop }: AuthenticationDeps,
  request: FastifyRequest,
  presented: PresentedToken,
): Promise<ClientPrincipal | undefined> {
  const claims = await tokens.verifyAccessToken(presented.token);
  // A client's token has the client as its subject (RFC 9068 §2.2).
  if (!claims?.sub || claims.sub !== claims['client_id']) return undefined;
  const row = await findClient(pool, claims.sub);
  if (!row || !isInForce(row)) return undefined;
  await dpop.assertSender(request, presented, claims['cnf']);
  // A stolen secret is replaced, and what the thief got with it ends too. Tokens without the claim are of the first one.
  if ((claims['secret_version'] ?? 1) !== row.secretVersion) return undefined;
  const granted = new Set(typeof claims['scope'] === 'string' ? claims['scope'].split(' ') : []);
  // Scopes withdrawn from the application since are gone from its tokens too.
  return principalOf(
    row,
    row.scopes.filter((scope) => granted.has(scope)),
  );
}

/** Refuses a client that lacks a scope. */
export function assertScope(client: ClientPrincipal, scope: Permission): void {
  if (!holds(client.scopes, scope)) throw new Problem('forbidden');
}

/** The stored form of a client secret: HMAC-SHA-256, bound to the client id. */
export function digestClientSecret(
  keys: KeyRing,
  { clientId, secret, keyId }: { clientId: string; secret: string; keyId?: string | undefined },
): Buffer {
  try {
    return keys.digest('client-secret', [clientId, secret], keyId);
  } catch (error) {
    if (!(error instanceof UnknownKeyError)) throw error;
    return Buffer.alloc(0);
  }
}

/** Whether a token's subject is a user. */
export function isUserSubject(subject: string | undefined): subject is string {
  return subject !== undefined && isId('usr', subject);
}

function parseBasic(header: string): { clientId: string; secret: string } | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/=]{1,2048})$/i.exec(header)?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? undefined : { clientId: text.slice(0, colon), secret: text.slice(colon + 1) };
}

function isPlainText(text: string): boolean {
  return text.length <= 64 && !text.includes('\0');
}

function isInForce(row: ClientCredentialRow): boolean {
  return row.active && !row.organizationSuspended;
}

function principalOf(row: ClientCredentialRow, scopes: readonly string[]): ClientPrincipal {
  return {
    clientId: row.clientId,
    organizationId: row.organizationId,
    scopes: new Set(scopes),
    secretVersion: row.secretVersion,
    databaseNow: row.databaseNow,
    readAt: performance.now(),
  };
}

/** The instant, on the database's clock (epoch ms), at which `ms` from now will have passed. */
export function answerByOf(client: { databaseNow: number; readAt: number }, ms: number): number {
  return client.databaseNow + (performance.now() - client.readAt) + ms;
}
