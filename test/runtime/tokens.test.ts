/** Receipts and access tokens: verifiable by the published keys, stable, never taken for each other. */
import { randomBytes } from 'node:crypto';
import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose';
import { createKeyRing } from '../../runtime/keys';
import { createTokens, type ReceiptClaims, type Tokens } from '../../runtime/tokens';
import { assertMasterKey } from '../../runtime/key-check';
import { createTestDatabase, type TestDatabase } from '../support/database';

const ISSUER = 'https://mfa.test';
const MASTER = randomBytes(32).toString('base64');
const keys = createKeyRing(MASTER);
const now = Date.now();
const CLAIMS: ReceiptClaims = {
  userId: 'usr_1',
  clientId: 'shop',
  sessionId: 'ses_1',
  decisionId: 'dec_1',
  acr: 'urn:zewstid:acr:mfa',
  amr: ['pwd', 'rba', 'otp', 'mfa'],
  authTimeMs: now - 1_500,
  issuedAtMs: now - 2_500,
};

let database: TestDatabase;
let tokens: Tokens;
beforeAll(async () => {
  database = await createTestDatabase();
  tokens = await createTokens(database.pool, keys, { issuer: ISSUER });
});
afterAll(() => database.drop());

const published = async () => createLocalJWKSet({ keys: (await tokens.jwks()).keys });

describe('a receipt', () => {
  it('is verified by the published keys and says what was proven', async () => {
    const { payload, protectedHeader } = await jwtVerify(
      await tokens.signReceipt(CLAIMS),
      await published(),
      {
        issuer: ISSUER,
        audience: 'shop',
        typ: 'receipt+jwt',
        algorithms: ['EdDSA'],
      },
    );
    expect(protectedHeader.kid).toBe((await tokens.jwks()).keys[0]?.['kid']);
    expect(payload).toEqual({
      iss: ISSUER,
      sub: 'usr_1',
      aud: 'shop',
      sid: 'ses_1',
      jti: 'dec_1',
      decision_id: 'dec_1',
      acr: 'urn:zewstid:acr:mfa',
      amr: ['pwd', 'rba', 'otp', 'mfa'],
      auth_time: Math.floor((now - 1_500) / 1_000),
      iat: Math.floor((now - 2_500) / 1_000),
      exp: Math.floor((now - 2_500) / 1_000) + 600,
    });
  });

  it('of the same rows is the same text, from every process', async () => {
    const other = await createTokens(database.pool, createKeyRing(MASTER), { issuer: ISSUER });
    expect(await other.signReceipt(CLAIMS)).toBe(await tokens.signReceipt(CLAIMS));
  });

  it('is no access token', async () => {
    expect(
      await tokens.verifyAccessToken(await tokens.signReceipt({ ...CLAIMS, clientId: ISSUER })),
    ).toBeUndefined();
  });
});

describe('an access token', () => {
  it('is accepted with its claims, every one with an id of its own', async () => {
    const claims = { subject: 'usr_1', clientId: 'shop', scope: 'a b', sid: 'ses_1' };
    const [one, other] = [await tokens.signAccessToken(claims), await tokens.signAccessToken(claims)];
    expect(await tokens.verifyAccessToken(one)).toMatchObject({
      sub: 'usr_1',
      client_id: 'shop',
      scope: 'a b',
      sid: 'ses_1',
    });
    expect(decodeJwt(one).jti).not.toBe(decodeJwt(other).jti);
  });

  it.each(['', 'x', 'a.b.c', '..', 'eyJhbGciOiJub25lIn0.e30.'])('%j is none', async (text) => {
    expect(await tokens.verifyAccessToken(text)).toBeUndefined();
  });
});

describe('the signing key', () => {
  it('is made once, however many processes start at once', async () => {
    const fresh = await createTestDatabase();
    try {
      const all = await Promise.all(
        Array.from({ length: 8 }, () => createTokens(fresh.pool, keys, { issuer: ISSUER })),
      );
      const sets = await Promise.all(all.map((made) => made.jwks()));
      expect(new Set(sets.map(({ keys: [first] }) => first?.['kid'])).size).toBe(1);
      expect(sets[0]?.keys).toHaveLength(1);
    } finally {
      await fresh.drop();
    }
  });

  it('lies sealed in the database', async () => {
    const { rows } = await database.pool.query(`select public_jwk, sealed_private_jwk from signing_keys`);
    expect(rows[0].public_jwk).not.toHaveProperty('d');
    expect(rows[0].sealed_private_jwk.toString('latin1')).not.toContain('"d"');
  });
});

describe('the master key of a database', () => {
  it('is checked at the start: another one is refused, a rotation is not', async () => {
    await assertMasterKey(database.pool, keys);
    const stranger = randomBytes(32).toString('base64');
    await expect(assertMasterKey(database.pool, createKeyRing(stranger))).rejects.toThrow('does not belong');
    await assertMasterKey(database.pool, createKeyRing(stranger, [MASTER]));
    await assertMasterKey(database.pool, createKeyRing(stranger));
  });
});
