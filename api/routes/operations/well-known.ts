/** Public keys and metadata for those who verify our tokens, and the list that browsers ask for at a domain of passkeys. */
import { Type } from '@sinclair/typebox';
import { PERMISSIONS } from '../../../domain/access/permissions';
import { DPOP_ALGS } from '../../../runtime/dpop-proof';
import type { App } from '../../app';
import type { ApiDeps } from '../../deps';

export function registerWellKnownRoutes(app: App, deps: ApiDeps): void {
  const issuer = deps.config.PUBLIC_URL;
  app.get(
    '/.well-known/jwks.json',
    { schema: { tags: ['OAuth'], summary: 'Public keys (RFC 7517)' } },
    (_request, reply) => {
      void reply.header('cache-control', 'public, max-age=300');
      return deps.tokens.jwks();
    },
  );
  const metadata = { tags: ['OAuth'], summary: 'Authorization server metadata (RFC 8414)' };
  app.get('/.well-known/oauth-authorization-server', { schema: metadata }, () => ({
    issuer,
    token_endpoint: `${issuer}/api/v1/oauth/token`,
    jwks_uri: `${issuer}/.well-known/jwks.json`,
    grant_types_supported: ['client_credentials'],
    response_types_supported: [],
    token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    scopes_supported: PERMISSIONS,
    dpop_signing_alg_values_supported: DPOP_ALGS,
  }));
  const related = {
    tags: ['Factors'],
    summary: 'Pages outside the domain that may use its passkeys (WebAuthn L3 §5.11)',
    response: { 200: Type.Object({ origins: Type.Array(Type.String()) }) },
  };
  app.get('/.well-known/webauthn', { schema: related }, (_request, reply) => {
    void reply.header('cache-control', 'public, max-age=300');
    return { origins: [...deps.relyingParty.relatedOrigins] };
  });
}
