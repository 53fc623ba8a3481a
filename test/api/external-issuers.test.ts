/** Users who come with an access token of their own identity provider: accepted, bound to one session, or refused. */
import { randomUUID } from 'node:crypto';
import { decodeJwt, SignJWT } from 'jose';
import { totpCode } from '../support/totp';
import type { Application, Person } from './support/actors';
import {
  startIdentityProvider,
  type Claims,
  type IdentityProvider,
  type SignOptions,
} from './support/identity-provider';
import { useProduct } from './support/product';

const env: Record<string, string> = {};
let idp: IdentityProvider;
let pinned: IdentityProvider;
const PINNED_ISSUER = 'https://pinned.example';

beforeAll(async () => {
  idp = await startIdentityProvider();
  pinned = await startIdentityProvider();
  const audience = 'zewstid-mfa';
  env['TRUSTED_ISSUERS'] = JSON.stringify([
    { issuer: idp.issuer, jwksUri: idp.jwksUri, audience },
    { issuer: PINNED_ISSUER, jwksUri: pinned.jwksUri, audience, clientId: 'demo-shop', azp: 'Shop_Web' },
  ]);
});
const product = useProduct({ env });
afterAll(() => Promise.all([idp.stop(), pinned.stop()]));

interface Visitor {
  readonly who: Person;
  readonly claims: { sub: string; sid: string; azp: string };
  readonly sessionId: string;
}

/** Somebody whom an application signed in with MFA, naming its own session. */
async function visitor(at?: Application): Promise<Visitor> {
  const who = await product.actors.person();
  const [sub, sid] = [`ext|${randomUUID()}`, randomUUID()];
  await product.stack.database.pool.query('update users set external_id = $2 where id = $1', [
    who.userId,
    sub,
  ]);
  const verified = await product.actors.signInWithMfa(who, { sessionId: sid }, at ? { at } : {});
  return {
    who,
    claims: { sub, sid, azp: at?.clientId ?? 'demo-shop' },
    sessionId: verified.body['sessionId'],
  };
}

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
const context = (who: Person) => ({ ip: who.ip, fingerprint: who.fingerprint, userAgent: 'Firefox' });
const stepUp = (token: string, who: Person) =>
  product.stack.call('POST', '/api/v1/auth/mfa/step-up', {
    ...bearer(token),
    body: { action: 'payment', context: context(who) },
  });
const sessionsOf = (token: string) => product.stack.call('GET', '/api/v1/auth/sessions', bearer(token));
const sessionsWith = async (claims: Claims, options?: SignOptions) =>
  (await sessionsOf(await idp.sign(claims, options))).status;

describe('an access token of a trusted issuer', () => {
  it('steps up from end to end: by the proof in its session, by a fresh one, with a receipt of that session', async () => {
    const { who, claims, sessionId } = await visitor();
    const token = await idp.sign(claims);
    const approved = await stepUp(token, who);
    expect(approved.body).toMatchObject({ stepUpRequired: false, verified: true });
    expect(decodeJwt(approved.body['receipt'])).toMatchObject({
      sub: who.userId,
      aud: 'demo-shop',
      sid: sessionId,
    });
    await product.stack.database.pool.query(
      `update proofs set at = now() - interval '6 minutes' where session_id = $1`,
      [sessionId],
    );
    const asked = await stepUp(token, who);
    expect(asked.body).toMatchObject({ stepUpRequired: true });
    await product.actors.forgetSpentCodes(who);
    const verified = await product.actors.verify(asked, totpCode(who.totpSecret));
    expect(verified.body).toMatchObject({ verified: true, userId: who.userId, sessionId });
    const { receipt } = verified.body;
    const redeemed = await product.stack.call('POST', '/api/v1/auth/mfa/step-up/redeem', {
      as: 'demo-shop',
      body: { receipt, action: 'payment' },
    });
    expect(redeemed.body).toMatchObject({ valid: true, userId: who.userId, sessionId });
  });

  it('may be signed by EdDSA, ES256, RS256 or PS256, and be typed at+jwt, JWT or not at all', async () => {
    const { claims } = await visitor();
    for (const alg of ['EdDSA', 'ES256', 'RS256', 'PS256'] as const)
      expect([alg, await sessionsWith(claims, { alg })]).toEqual([alg, 200]);
    for (const typ of ['at+jwt', 'application/at+jwt', 'JWT', null])
      expect([typ, await sessionsWith(claims, { typ })]).toEqual([typ, 200]);
  });

  it.each<{ what: string; change: Claims; options?: SignOptions }>(
    (
      [
        ['another audience', { aud: 'shop' }],
        ['another issuer', { iss: 'https://evil.example' }],
        ['our own issuer', { iss: 'http://api.test' }],
        ['no issuer', { iss: undefined }],
        ['the time over', { exp: Math.floor(Date.now() / 1_000) - 10 }],
        ['no end', { exp: undefined }],
        ['a begin in the future', { nbf: Math.floor(Date.now() / 1_000) + 60 }],
        ['another session', { sid: 'other' }],
        ['no session', { sid: undefined }],
        ['another subject', { sub: 'other' }],
        ['no subject', { sub: undefined }],
        ['a subject that Postgres cannot hold', { sub: 'a\0b' }],
        ['an application that does not exist', { azp: 'nobody' }],
        ['another application', { azp: 'user-portal' }],
        ['no application', { azp: undefined }],
        ['the hash of an access token: an ID token', { at_hash: 'x' }],
        ['the type of a receipt', {}, { typ: 'receipt+jwt' }],
        ['the type of a logout token', {}, { typ: 'logout+jwt' }],
      ] satisfies [string, Claims, SignOptions?][]
    ).map(([what, change, options]) => ({ what, change, ...(options && { options }) })),
  )('is refused with $what', async ({ change, options }) => {
    const { claims } = await visitor();
    expect(await sessionsWith(claims)).toBe(200);
    expect(await sessionsWith({ ...claims, ...change }, options)).toBe(401);
  });

  it('is refused unsigned, signed by HS256 with the public key, or by another issuer', async () => {
    const { claims } = await visitor();
    const good = await idp.sign(claims);
    const [, payload = ''] = good.split('.');
    const none = `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${payload}.`;
    const hs256 = await new SignJWT({ ...decodeJwt(good) })
      .setProtectedHeader({ alg: 'HS256', kid: 'RS256', typ: 'at+jwt' })
      .sign(Buffer.from(await idp.publicPem('RS256')));
    const strange = await pinned.sign({ ...claims, iss: idp.issuer });
    const altered = `${good.slice(0, -8)}AAAAAAAA`;
    for (const token of [none, hs256, strange, altered]) expect((await sessionsOf(token)).status).toBe(401);
  });

  it('is bound to the application: the same user and session id at another one is another session', async () => {
    const other = await product.actors.application();
    const there = await visitor(other);
    expect(await sessionsWith(there.claims)).toBe(200);
    expect(await sessionsWith({ ...there.claims, azp: 'demo-shop' })).toBe(401);
  });

  it('opens nothing for a user of another organization with the same external id', async () => {
    const { who, claims } = await visitor();
    const { pool } = product.stack.database;
    await pool.query(`insert into organizations (id, name) values ('org_BBBBBBBBBBBBBBBBBBBBBB', 'Other')`);
    await pool.query(`update users set organization_id = 'org_BBBBBBBBBBBBBBBBBBBBBB' where id = $1`, [
      who.userId,
    ]);
    expect(await sessionsWith(claims)).toBe(401);
  });

  it('opens nothing for a disabled user, after signing out, or at an application taken out of force', async () => {
    const { pool } = product.stack.database;
    const disabled = await visitor();
    await pool.query(`update users set status = 'disabled' where id = $1`, [disabled.who.userId]);
    expect(await sessionsWith(disabled.claims)).toBe(401);
    const at = await product.actors.application();
    const away = await visitor(at);
    await pool.query(`update applications set active = false where client_id = $1`, [at.clientId]);
    expect(await sessionsWith(away.claims)).toBe(401);
  });

  it('does not fall back to an earlier session of the same name when its user signs out', async () => {
    const { who, claims } = await visitor();
    await product.actors.signInWithMfa({ ...who, fingerprint: 'b2' }, { sessionId: claims.sid });
    const token = await idp.sign(claims);
    expect((await sessionsOf(token)).body['sessions']).toHaveLength(2);
    expect((await product.stack.call('POST', '/api/v1/auth/sign-out', bearer(token))).status).toBe(204);
    expect((await sessionsOf(token)).status).toBe(401);
  });

  it('of an issuer that speaks for one application needs no azp, and none but the configured one', async () => {
    const { claims } = await visitor();
    const status = async (azp: string | undefined) =>
      (await sessionsOf(await pinned.sign({ ...claims, iss: PINNED_ISSUER, azp }))).status;
    expect(await status(undefined)).toBe(200);
    expect(await status('Shop_Web')).toBe(200);
    expect(await status('demo-shop')).toBe(401);
    expect(await status('another')).toBe(401);
  });

  it('is no client: it cannot call what only applications may', async () => {
    const { claims } = await visitor();
    const token = bearer(await idp.sign(claims));
    expect((await product.stack.call('GET', '/api/v1/users', token)).status).toBe(403);
    expect((await product.stack.call('POST', '/api/v1/auth/mfa/status/check', token)).status).toBe(401);
  });
});
