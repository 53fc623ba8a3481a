/** An identity provider of the outside world: signs access tokens, serves its JWK set, fails when told to. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK, exportSPKI, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';

export type Alg = 'ES256' | 'EdDSA' | 'RS256' | 'PS256';

/** `undefined` leaves a claim out. */
export type Claims = Readonly<Record<string, unknown>>;

export interface SignOptions {
  readonly alg?: Alg;
  readonly kid?: string;
  /** `null` leaves the header out. */
  readonly typ?: string | null;
}

export type IdentityProvider = Awaited<ReturnType<typeof startIdentityProvider>>;

export async function startIdentityProvider() {
  const pairs = new Map<string, Awaited<ReturnType<typeof generateKeyPair>>>();
  const published: JWK[] = [];
  const state = { mode: 'up' as 'up' | 'down' | 'hung', fetches: 0 };

  async function addKey(kid: string, alg: Alg): Promise<void> {
    const pair = await generateKeyPair(alg, { extractable: true });
    pairs.set(kid, pair);
    published.push({ ...(await exportJWK(pair.publicKey)), kid, alg, use: 'sig' });
  }
  for (const alg of ['ES256', 'EdDSA', 'RS256', 'PS256'] as const) await addKey(alg, alg);

  const server = createServer((_request, response) => {
    state.fetches += 1;
    if (state.mode === 'hung') return;
    response.writeHead(state.mode === 'up' ? 200 : 500, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ keys: published }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = 'https://idp.example';

  /** An access token with these claims over sensible ones. */
  function sign(claims: Claims, { alg = 'ES256', kid = alg, typ = 'at+jwt' }: SignOptions = {}) {
    const pair = pairs.get(kid);
    if (!pair) throw new Error(`no key ${kid}`);
    const iat = Math.floor(Date.now() / 1_000);
    return new SignJWT({ iss: issuer, aud: 'zewstid-mfa', iat, exp: iat + 300, ...claims })
      .setProtectedHeader({ alg, kid, ...(typ !== null && { typ }) })
      .sign(pair.privateKey);
  }

  return {
    issuer,
    jwksUri: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`,
    state,
    addKey,
    sign,
    publicPem: (kid: string) => exportSPKI(pairs.get(kid)?.publicKey as CryptoKey),
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
