/** Receipts checked offline, with keys made here. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JSONWebKeySet } from 'jose';
import { canonicalTransaction } from '../../domain/step-up/transaction';
import { MfaReceiptError, MfaUnavailableError, transactionHash, verifyReceipt } from '../../sdk/src/index';

const ISSUER = 'https://mfa.test';
const BOOKS = { amount: '12.50', currency: 'EUR', payee: 'Books Ltd' };
const now = () => Math.floor(Date.now() / 1_000);

let key: CryptoKey;
let jwks: JSONWebKeySet;

beforeAll(async () => {
  const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  key = pair.privateKey;
  jwks = { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'k1', alg: 'EdDSA', use: 'sig' }] };
});

interface Changes {
  readonly claims?: object;
  readonly header?: object;
  readonly key?: CryptoKey | Uint8Array;
}

function receipt({ claims = {}, header = {}, key: other }: Changes = {}): Promise<string> {
  const payload = {
    iss: ISSUER,
    sub: 'usr_1',
    aud: 'shop',
    sid: 'ses_1',
    acr: 'urn:zewstid:acr:mfa',
    amr: ['pwd', 'otp', 'mfa'],
    auth_time: now(),
    decision_id: 'dec_1',
    iat: now(),
    exp: now() + 600,
    ...claims,
  };
  const head = { alg: 'EdDSA', kid: 'k1', typ: 'receipt+jwt', ...header };
  return new SignJWT(payload).setProtectedHeader(head).sign(other ?? key);
}

const verify = (token: string, more: object = {}) =>
  verifyReceipt(token, { issuer: ISSUER, clientId: 'shop', jwks, ...more });
const failureOf = async (token: string, more: object = {}) =>
  verify(token, more).then(
    () => 'accepted',
    (error: unknown) => error,
  );

describe('a receipt', () => {
  it('says who proved what, when, in which session', async () => {
    expect(await verify(await receipt())).toEqual({
      userId: 'usr_1',
      sessionId: 'ses_1',
      decisionId: 'dec_1',
      acr: 'urn:zewstid:acr:mfa',
      amr: ['pwd', 'otp', 'mfa'],
      authTime: expect.any(Date),
      action: undefined,
    });
  });

  it.each([
    ['another issuer', { claims: { iss: 'https://evil.test' } }],
    ['another application', { claims: { aud: 'other' } }],
    ['the past', { claims: { iat: now() - 700, exp: now() - 60 } }],
    ['an access token', { header: { typ: 'at+jwt' } }],
    ['an unknown key', { header: { kid: 'k2' } }],
    ['HMAC', { header: { alg: 'HS256' }, key: new Uint8Array(32) }],
    ['nobody', { claims: { sub: undefined } }],
    ['no session', { claims: { sid: undefined } }],
    ['no time of proof', { claims: { auth_time: undefined } }],
  ])('of %s is refused', async (_name, changes) => {
    const error = await failureOf(await receipt(changes));
    expect(error).toBeInstanceOf(MfaReceiptError);
    expect(error).toMatchObject({ code: 'receipt_invalid', fault: 'token' });
  });

  it('signed by another key, unsigned or torn is refused', async () => {
    const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
    const good = await receipt();
    const none = `${Buffer.from('{"alg":"none","typ":"receipt+jwt"}').toString('base64url')}.${good.split('.')[1]}.`;
    for (const token of [await receipt({ key: privateKey }), none, good.slice(0, 40), ''])
      expect(await failureOf(token)).toMatchObject({ fault: 'token' });
  });

  it('signed by another algorithm than EdDSA is refused, even with a published key', async () => {
    const pair = await generateKeyPair('ES256');
    const keys = [...jwks.keys, { ...(await exportJWK(pair.publicKey)), kid: 'k2', alg: 'ES256' }];
    const token = await receipt({ key: pair.privateKey, header: { alg: 'ES256', kid: 'k2' } });
    expect(await failureOf(token, { jwks: { keys } })).toMatchObject({ fault: 'token' });
  });

  it('of one action or transaction is none of another, and none of a sign-in', async () => {
    const hash = await transactionHash(BOOKS);
    const payment = await receipt({ claims: { action: 'payment', transaction_hash: hash } });
    expect(await verify(payment, { action: 'payment', transaction: BOOKS })).toMatchObject({
      action: 'payment',
    });
    expect(await failureOf(payment)).toMatchObject({ fault: 'action' });
    expect(await failureOf(payment, { action: 'data-export' })).toMatchObject({ fault: 'action' });
    expect(await failureOf(payment, { action: 'payment' })).toMatchObject({ fault: 'transaction' });
    const dearer = { ...BOOKS, amount: '12.51' };
    expect(await failureOf(payment, { action: 'payment', transaction: dearer })).toMatchObject({
      fault: 'transaction',
    });
    expect(await failureOf(await receipt(), { action: 'payment' })).toMatchObject({ fault: 'action' });
  });

  it('whose proof is older than asked for, or of the future, is refused', async () => {
    const aged = await receipt({ claims: { auth_time: now() - 100 } });
    expect(await verify(aged, { maxAgeSeconds: 120 })).toMatchObject({ userId: 'usr_1' });
    expect(await failureOf(aged, { maxAgeSeconds: 60 })).toMatchObject({ fault: 'too_old' });
    const early = await receipt({ claims: { auth_time: now() + 100 } });
    expect(await failureOf(early, { maxAgeSeconds: 60 })).toMatchObject({ fault: 'too_old' });
  });

  it('is not accepted, and not called wrong, while the keys cannot be read', async () => {
    const server = createServer((_request, response) => void response.writeHead(500).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const jwksUri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`;
    const ask = async () => verifyReceipt(await receipt(), { issuer: ISSUER, clientId: 'shop', jwksUri });
    await expect(ask()).rejects.toBeInstanceOf(MfaUnavailableError);
    await new Promise((resolve) => server.close(resolve));
    await expect(ask()).rejects.toBeInstanceOf(MfaUnavailableError);
  });
});

it('the hash of a transaction is the one that the product binds, whatever the order and the text', async () => {
  const text = fc.string({ minLength: 1, maxLength: 40, unit: 'binary' });
  const transactions = fc.record(
    { reference: text, payee: text, currency: text, amount: text },
    { requiredKeys: ['payee', 'currency', 'amount'] },
  );
  await fc.assert(
    fc.asyncProperty(transactions, async (transaction) => {
      const expected = createHash('sha256').update(canonicalTransaction(transaction)).digest('base64url');
      expect(await transactionHash(transaction)).toBe(expected);
    }),
  );
});
