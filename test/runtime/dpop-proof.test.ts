/** What a DPoP proof must look like, apart from time and replay: RFC 9449 §4.3. */
import { generateKeyPairSync, sign as signBytes } from 'node:crypto';
import { UnsecuredJWT } from 'jose';
import { verifyDpopProof } from '../../runtime/dpop-proof';
import { athOf, newSender, type DpopSender, type ProofOptions } from '../support/dpop-sender';

const URL_HERE = 'https://mfa.test/api/v1/auth/sessions';
const TARGET = { method: 'GET', url: URL_HERE };

let sender: DpopSender;
beforeAll(async () => {
  sender = await newSender();
});
const verified = async (options?: ProofOptions, target = TARGET) =>
  verifyDpopProof(await sender.prove(TARGET, options), target);
const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a DPoP proof', () => {
  it.each(['ES256', 'EdDSA'])('signed by %s names its key, its id, its time and its token', async (alg) => {
    const one = await newSender(alg);
    const proof = await one.prove({ ...TARGET, token: 'a.b.c' }, { claims: { jti: 'once', iat: 1_000.5 } });
    expect(await verifyDpopProof(proof, TARGET)).toEqual({
      jkt: one.jkt,
      jti: 'once',
      issuedAtSeconds: 1_000.5,
      ath: athOf('a.b.c'),
    });
  });

  it.each([
    ['HTTPS://MFA.test:443/api/v1/auth/sessions', URL_HERE],
    [`${URL_HERE}?a=b#c`, URL_HERE],
    [URL_HERE, `${URL_HERE}?limit=1`],
    ['https://mfa.test/api/./v1/x/../auth/%73essions', URL_HERE],
    ['https://mfa.test/a%2fb', 'https://mfa.test/a%2Fb'],
    ['https://mfa.test', 'https://mfa.test/'],
  ])('for %s is one for %s: addresses are compared in normal form', async (htu, url) => {
    expect(await verified({ claims: { htu } }, { ...TARGET, url })).toBeDefined();
  });

  it.each([
    'http://mfa.test/api/v1/auth/sessions',
    'https://mfa.test:8443/api/v1/auth/sessions',
    'https://evil.test/api/v1/auth/sessions',
    'https://mfa.test/api/v1/auth/sessions/',
    'https://mfa.test/api/v1/auth/Sessions',
    'https://mfa.test/api/v1/auth%2Fsessions',
    'https://user@mfa.test/api/v1/auth/sessions',
    '/api/v1/auth/sessions',
    'data:text/plain,x',
    '',
  ])('for the address %j is none for another', async (htu) => {
    expect(await verified({ claims: { htu } })).toBeUndefined();
  });

  it.each<[string, ProofOptions]>([
    ['another method', { claims: { htm: 'POST' } }],
    ['the method in lower case', { claims: { htm: 'get' } }],
    ['no method', { claims: { htm: undefined } }],
    ['no address', { claims: { htu: undefined } }],
    ['no id', { claims: { jti: undefined } }],
    ['an empty id', { claims: { jti: '' } }],
    ['a long id', { claims: { jti: 'x'.repeat(129) } }],
    ['a number for an id', { claims: { jti: 7 } }],
    ['no time', { claims: { iat: undefined } }],
    ['a hash that is no text', { claims: { ath: 7 } }],
    ['an end that has passed', { claims: { exp: 1 } }],
    ['another type', { header: { typ: 'at+jwt' } }],
    ['no type', { header: { typ: undefined } }],
    ['no key', { header: { jwk: undefined } }],
    ['a text for a key', { header: { jwk: 'key' } }],
    ['an unknown critical parameter', { header: { crit: ['x'], x: 1 } }],
    ['a key for encryption', { header: { jwk: { kty: 'EC', use: 'enc' } } }],
  ])('with %s is none', async (_what, options) => {
    expect(await verified(options)).toBeUndefined();
  });

  it('with the id as long as allowed is one', async () => {
    expect(await verified({ claims: { jti: 'x'.repeat(128) } })).toBeDefined();
  });

  it('that brings its private key along is none', async () => {
    expect(await verified({ header: { jwk: sender.privateJwk } })).toBeUndefined();
    const edwards = await newSender('EdDSA');
    const proof = await edwards.prove(TARGET, { header: { jwk: edwards.privateJwk } });
    expect(await verifyDpopProof(proof, TARGET)).toBeUndefined();
  });

  it('signed by another key than the one in its header is none', async () => {
    const other = await newSender();
    expect(await verified({ header: { jwk: other.publicJwk } })).toBeUndefined();
  });

  it.each(['RS256', 'PS256', 'ES384', 'ES512'])('signed by %s is none', async (alg) => {
    const other = await newSender(alg);
    expect(await verifyDpopProof(await other.prove(TARGET), TARGET)).toBeUndefined();
  });

  it('unsigned, or signed by HS256 with the public key for a secret, is none', async () => {
    const payload = { jti: 'x', htm: 'GET', htu: URL_HERE, iat: Math.floor(Date.now() / 1_000) };
    const header = { alg: 'none', typ: 'dpop+jwt', jwk: sender.publicJwk };
    const unsigned = `${base64url(header)}.${base64url(payload)}.`;
    const symmetric = await sender.prove(TARGET, {
      header: { alg: 'HS256' },
      key: Buffer.from(JSON.stringify(sender.publicJwk).padEnd(32)),
    });
    const withOct = await sender.prove(TARGET, {
      header: { alg: 'HS256', jwk: { kty: 'oct', k: Buffer.alloc(32).toString('base64url') } },
      key: Buffer.alloc(32),
    });
    for (const proof of [unsigned, `${unsigned}AA`, new UnsecuredJWT(payload).encode(), symmetric, withOct])
      expect(await verifyDpopProof(proof, TARGET)).toBeUndefined();
  });

  it('with an RSA key under an allowed algorithm is none', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const header = { alg: 'ES256', typ: 'dpop+jwt', jwk: publicKey.export({ format: 'jwk' }) };
    const payload = { jti: 'x', htm: 'GET', htu: URL_HERE, iat: Math.floor(Date.now() / 1_000) };
    const signed = `${base64url(header)}.${base64url(payload)}`;
    const signature = signBytes('sha256', Buffer.from(signed), privateKey).toString('base64url');
    expect(await verifyDpopProof(`${signed}.${signature}`, TARGET)).toBeUndefined();
  });

  it('with a bit changed anywhere is none', async () => {
    const parts = (await sender.prove(TARGET)).split('.');
    for (const at of [0, 1, 2]) {
      const part = parts[at] ?? '';
      const middle = Math.floor(part.length / 2);
      const changed = part.slice(0, middle) + (part[middle] === 'A' ? 'B' : 'A') + part.slice(middle + 1);
      expect(await verifyDpopProof(parts.with(at, changed).join('.'), TARGET)).toBeUndefined();
    }
  });

  it('two of them in one header are none, and neither is junk or an oversized one', async () => {
    const proof = await sender.prove(TARGET);
    const long = await sender.prove(TARGET, { claims: { padding: 'x'.repeat(4_096) } });
    const texts = [
      `${proof}, ${proof}`,
      `${proof},`,
      ` ${proof}`,
      `${proof}\n`,
      long,
      '',
      '.',
      '..',
      'a.b.c',
    ];
    texts.push('null', `${proof}.${proof}`, proof.replaceAll('.', ' '));
    for (const text of texts) expect(await verifyDpopProof(text, TARGET)).toBeUndefined();
    expect(await verifyDpopProof(proof, TARGET)).toBeDefined();
  });
});
