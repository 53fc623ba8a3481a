/** Sender checks wherever else a token is taken: tokens of other issuers, fresh MFA, enrolment tokens. */
import { randomUUID } from 'node:crypto';
import { newSender } from '../support/dpop-sender';
import { passwordPerson } from './support/directory';
import { startIdentityProvider, type Claims, type IdentityProvider } from './support/identity-provider';
import { useProduct } from './support/product';
import { callProven, SESSIONS, signInBound } from './support/senders';

const env: Record<string, string> = {};
let idp: IdentityProvider;
beforeAll(async () => {
  idp = await startIdentityProvider();
  const trusted = { issuer: idp.issuer, jwksUri: idp.jwksUri, audience: 'zewstid-mfa' };
  env['TRUSTED_ISSUERS'] = JSON.stringify([trusted]);
});
const product = useProduct({ env });
afterAll(() => idp.stop());

const TOTP = '/api/v1/auth/mfa/methods/totp';
const sql = (text: string, values: unknown[]) => product.stack.database.pool.query(text, values);
const asBearer = (token: string) =>
  product.stack.call('GET', SESSIONS, { headers: { authorization: `Bearer ${token}` } });

/** Somebody whom the demo application signed in with MFA; the claims of her identity provider's tokens. */
async function visitorClaims(): Promise<Claims> {
  const who = await product.actors.person();
  const [sub, sid] = [`ext|${randomUUID()}`, randomUUID()];
  await sql('update users set external_id = $2 where id = $1', [who.userId, sub]);
  await product.actors.signInWithMfa(who, { sessionId: sid });
  return { sub, sid, azp: 'demo-shop' };
}

describe('a token of a trusted issuer', () => {
  it('that is bound to a key is taken from its holder only', async () => {
    const [sender, thief] = [await newSender(), await newSender()];
    const token = await idp.sign({ ...(await visitorClaims()), cnf: { jkt: sender.jkt } });
    expect((await callProven(product, ['GET', SESSIONS], { sender, token })).status).toBe(200);
    expect((await callProven(product, ['GET', SESSIONS], { sender: thief, token })).status).toBe(401);
    const refused = await asBearer(token);
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toBe('DPoP error="invalid_token", algs="ES256 EdDSA"');
  });

  it('that is bound in a way nobody here can check is refused', async () => {
    const sender = await newSender();
    const claims = await visitorClaims();
    expect((await asBearer(await idp.sign(claims))).status).toBe(200);
    for (const cnf of [
      { 'x5t#S256': 'A'.repeat(43) },
      { jkt: sender.jkt, 'x5t#S256': 'A'.repeat(43) },
      { jwk: sender.publicJwk },
      { jkt: [sender.jkt] },
      { jkt: null },
      {},
      [],
      null,
      '',
      sender.jkt,
    ]) {
      const token = await idp.sign({ ...claims, cnf });
      expect((await asBearer(token)).status).toBe(401);
      expect((await callProven(product, ['GET', SESSIONS], { sender, token })).status).toBe(401);
    }
  });
});

describe('a refusal', () => {
  it('for lack of fresh MFA names the scheme that was used', async () => {
    const bound = await signInBound(product, await passwordPerson(product));
    expect((await callProven(product, ['POST', TOTP], bound)).status).toBe(201);
    await sql(`update proofs set at = now() - interval '301 seconds' where session_id = $1`, [
      bound.sessionId,
    ]);
    const refused = await callProven(product, ['POST', TOTP], bound);
    expect(refused.body['code']).toBe('fresh_mfa_required');
    expect(refused.headers.get('www-authenticate')).toBe(
      'DPoP error="insufficient_user_authentication", acr_values="urn:zewstid:acr:mfa", max_age="300", algs="ES256 EdDSA"',
    );
  });

  it('without a token offers both schemes, and of one that is none names the scheme that was used', async () => {
    const challengeTo = async (path: string, authorization?: string) =>
      (
        await product.stack.call('GET', path, { ...(authorization && { headers: { authorization } }) })
      ).headers.get('www-authenticate');
    expect(await challengeTo(SESSIONS)).toBe(
      'Bearer realm="zewstid", DPoP realm="zewstid", algs="ES256 EdDSA"',
    );
    for (const path of [SESSIONS, '/api/v1/users', '/api/v1/auth/mfa/status'])
      expect(await challengeTo(path, 'DPoP a.b.c')).toBe('DPoP error="invalid_token", algs="ES256 EdDSA"');
  });
});

describe('an enrolment token', () => {
  it('is bound to no key, and refused as if it were', async () => {
    const who = await product.actors.settledPerson();
    await sql('delete from totp_authenticators where user_id = $1', [who.userId]);
    const refusal = await product.actors.check(who, { clientId: 'user-portal' }, { as: 'operator' });
    const token: string = refusal.body['enrollmentToken'];
    const call = { sender: await newSender(), token };
    expect((await callProven(product, ['POST', TOTP], call)).status).toBe(401);
    const headers = { authorization: `Bearer ${token}` };
    expect((await product.stack.call('POST', TOTP, { headers })).status).toBe(201);
  });
});
