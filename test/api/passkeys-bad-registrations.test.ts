/** A new passkey in which any one thing is not as it has to be is refused. */
import { generateKeyPairSync } from 'node:crypto';
import { certifiedAttestation, selfAttestation } from '../support/attestation';
import { cbor, FLAGS, type Lies } from '../support/software-authenticator';
import { createPasskeyActs, newAuthenticator } from './support/passkeys';
import { useProduct } from './support/product';

const product = useProduct({ signsIn: false });
const { askToRegister, register, sql } = createPasskeyActs(product);
const person = () => product.actors.person({ method: false });

async function countOf(userId: string): Promise<number | null> {
  return (await sql('select 1 from passkeys where user_id = $1', userId)).rowCount;
}

describe('a new credential is refused', () => {
  const otherKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const without = (flag: number) => (honest: number) => honest & ~flag;
  const cases: readonly [string, Lies][] = [
    ['from a page of another origin', { clientData: { origin: 'http://evil.example' } }],
    ['from a frame of another origin', { clientData: { crossOrigin: true } }],
    ['from below the page of another origin', { clientData: { topOrigin: 'http://evil.example' } }],
    ['of the ceremony of a sign-in', { clientData: { type: 'webauthn.get' } }],
    ['for a challenge of its own', { clientData: { challenge: 'A'.repeat(43) } }],
    ['for another relying party', { rpId: 'evil.example' }],
    ['without user verification', { flags: without(FLAGS.UV) }],
    ['without user presence', { flags: without(FLAGS.UP) }],
    ['backed up although it cannot be', { flags: (honest) => honest | FLAGS.BS }],
    ['without a credential in it', { flags: without(FLAGS.AT) }],
    ['with bytes left over', { trailing: Buffer.from([0]) }],
    ['under another id than the authenticator gave it', { credentialId: Buffer.alloc(32, 7) }],
    ['with a certificate of its maker', { attestation: certifiedAttestation }],
    [
      'with an attestation that was not asked for',
      { attestation: () => ({ fmt: 'tpm', attStmt: new Map() }) },
    ],
    ['signed by itself with another key', { attestation: (signed) => selfAttestation(signed, otherKey) }],
    [
      'with a statement although there is none',
      { attestation: () => ({ fmt: 'none', attStmt: new Map([['alg', -7]]) }) },
    ],
  ];

  it.each(cases)('%s', async (_title, lies) => {
    const who = await person();
    const refused = await register(who, newAuthenticator().create((await askToRegister(who)).body, lies));
    expect([refused.status, refused.body['code']]).toEqual([401, 'verification_failed']);
    expect(await countOf(who.userId)).toBe(0);
  });

  it('that is no CBOR, or CBOR a thousand levels deep', async () => {
    const who = await person();
    const deep = Buffer.concat([Buffer.alloc(4_000, 0x81), Buffer.from([0])]);
    for (const bytes of [Buffer.from([0xff]), deep, cbor(new Map()), cbor('text'), Buffer.alloc(1)]) {
      const { response, ...rest } = newAuthenticator().create((await askToRegister(who)).body);
      const attestationObject = bytes.toString('base64url');
      const refused = await register(who, { ...rest, response: { ...response, attestationObject } });
      expect(refused.status).toBe(401);
    }
  });

  it('of a malformed shape: 400, and the challenge is still good', async () => {
    const who = await person();
    const good = newAuthenticator().create((await askToRegister(who)).body);
    const { response } = good;
    for (const credential of [
      null,
      {},
      { ...good, more: 1 },
      { ...good, id: '' },
      { ...good, type: 'x' },
      { ...good, response: { ...response, attestationObject: 'A'.repeat(8_193) } },
      { ...good, response: { ...response, transports: Array<string>(9).fill('usb') } },
      { ...good, response: { ...response, transports: ['<b>'] } },
      { ...good, response: { ...response, more: 1 } },
    ])
      expect((await register(who, credential as object)).status).toBe(400);
    expect((await register(who, good, { name: '' })).status).toBe(400);
    expect((await register(who, good, { name: 'x'.repeat(65) })).status).toBe(400);
    expect((await register(who, good)).status).toBe(201);
  });
});
