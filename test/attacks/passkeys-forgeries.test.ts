/** An assertion in which any one thing is not as it has to be is refused, with the answer of every failure. */
import { altered, flipped, FLAGS, type Lies } from '../support/software-authenticator';
import type { HttpAnswer } from '../support/http-client';
import { createPasskeyActs, HOME, newAuthenticator } from '../api/support/passkeys';
import { attackOn, expectNothingGained, expectOneSuccess, expectRefusal } from './support/aftermath';
import { usePair } from './support/pair';

const product = usePair();
const { ask, answer, answerWith, owner, sql } = createPasskeyActs(product);

/** A challenge of somebody with a passkey, and what she had when it was opened. */
async function attacked(options: { method?: boolean } = {}) {
  const { who, authenticator } = await owner({}, options);
  const challenge = await product.actors.check(who);
  return { who, authenticator, challenge, attack: await attackOn(product, who, challenge) };
}

/** Refused, and nothing gained; then a good answer to a new challenge is accepted: it was the lie, nothing else. */
async function expectFoiled(
  refused: HttpAnswer,
  { authenticator, challenge, attack }: Awaited<ReturnType<typeof attacked>>,
): Promise<void> {
  expectRefusal(refused);
  await expectNothingGained(product, attack, { state: 'pending', attempts: 1 });
  expect((await answerWith(challenge, authenticator)).status).toBe(200);
  await expectOneSuccess(product, attack, { by: 'passkey', attempts: 2 });
}

describe('signed by the right key all the same, but', () => {
  const without = (flag: number) => (honest: number) => honest & ~flag;
  const cases: readonly [string, Lies][] = [
    ['for a page of another origin', { clientData: { origin: 'http://api.test.evil.example' } }],
    ['for a page of a subdomain that is not named', { clientData: { origin: 'http://sub.api.test' } }],
    ['for the same host over another scheme', { clientData: { origin: 'https://api.test' } }],
    ['for an origin that is a list', { clientData: { origin: [HOME.origin] } }],
    ['in a frame of another origin', { clientData: { crossOrigin: true } }],
    ['in a frame, said in another way', { clientData: { crossOrigin: 'true' } }],
    ['below the page of another origin', { clientData: { topOrigin: 'http://evil.example' } }],
    ['framed by a page of ours', { clientData: { crossOrigin: true, topOrigin: HOME.origin } }],
    ['for the ceremony of a registration', { clientData: { type: 'webauthn.create' } }],
    ['for a payment', { clientData: { type: 'payment.get' } }],
    ['for no ceremony', { clientData: { type: undefined } }],
    ['for a challenge of its own', { clientData: { challenge: 'A'.repeat(43) } }],
    ['for an empty challenge', { clientData: { challenge: '' } }],
    ['for no challenge', { clientData: { challenge: undefined } }],
    ['for a challenge that is a number', { clientData: { challenge: 1 } }],
    ['for another relying party', { rpId: 'evil.example' }],
    ['for a domain above ours', { rpId: 'test' }],
    ['without user verification', { flags: without(FLAGS.UV) }],
    ['without user presence', { flags: without(FLAGS.UP) }],
    ['without both', { flags: without(FLAGS.UP | FLAGS.UV) }],
    ['backed up although it cannot be', { flags: (honest) => honest | FLAGS.BS }],
    ['become eligible for backup', { flags: (honest) => honest | FLAGS.BE }],
    ['with extensions announced and none there', { flags: (honest) => honest | FLAGS.ED }],
    ['with a credential announced and none there', { flags: (honest) => honest | FLAGS.AT }],
    ['with bytes left over', { trailing: Buffer.from([0]) }],
    ['for a user handle that nobody has', { userHandle: 'A'.repeat(43) }],
    ['under the id of no credential', { credentialId: Buffer.alloc(32, 7) }],
  ];

  it.each(cases)('%s', async (_title, lies) => {
    const target = await attacked();
    await expectFoiled(await answerWith(target.challenge, target.authenticator, lies), target);
  });
});

describe('altered after it was signed', () => {
  const swapText = (from: string, to: string) => (bytes: Buffer) =>
    Buffer.from(bytes.toString().replace(from, to));
  const cases: readonly [string, string, (bytes: Buffer) => Buffer][] = [
    ['a bit of the signature', 'signature', (bytes) => flipped(bytes, -1)],
    ['a signature of nothing', 'signature', () => Buffer.from([0])],
    ['a signature of zeros', 'signature', (bytes) => Buffer.alloc(bytes.length)],
    ['r and s zero', 'signature', () => Buffer.from('3006020100020100', 'hex')],
    ['a bit of the hash of the relying party', 'authenticatorData', (bytes) => flipped(bytes, 0)],
    ['the flags', 'authenticatorData', (bytes) => flipped(bytes, 32)],
    ['the counter', 'authenticatorData', (bytes) => flipped(bytes, 33)],
    ['authenticator data cut short', 'authenticatorData', (bytes) => bytes.subarray(0, 36)],
    ['a space in the client data', 'clientDataJSON', swapText('{', '{ ')],
    ['the origin', 'clientDataJSON', swapText(HOME.origin, 'http://evil.example')],
    ['client data that is no JSON', 'clientDataJSON', () => Buffer.from('{')],
    ['client data that is null', 'clientDataJSON', () => Buffer.from('null')],
    ['client data that is a list', 'clientDataJSON', () => Buffer.from('[]')],
  ];

  it.each(cases)('%s', async (_title, field, change) => {
    const target = await attacked();
    const honest = target.authenticator.get((await ask(target.challenge)).body);
    await expectFoiled(await answer(target.challenge, altered(honest, field, change)), target);
  });

  it('every byte of the authenticator data counts', async () => {
    const { who, authenticator } = await owner();
    for (const at of [0, 15, 31, 32, 33, 36]) {
      const challenge = await product.actors.check(who, { fingerprint: `byte-${at}` });
      const honest = authenticator.get((await ask(challenge)).body);
      expectRefusal(
        await answer(
          challenge,
          altered(honest, 'authenticatorData', (b) => flipped(b, at)),
        ),
      );
      await sql('delete from mfa_guards where user_id = $1', who.userId);
    }
  });
});

describe('the passkey of somebody else', () => {
  it('opens nothing, whatever it calls itself', async () => {
    const { authenticator: own, challenge, attack } = await attacked();
    const { authenticator: foreign } = await owner();
    expectRefusal(await answerWith(challenge, foreign));
    expectRefusal(await answerWith(challenge, foreign, { userHandle: own.state.userHandle }));
    expectRefusal(await answerWith(challenge, foreign, { credentialId: own.state.credentialId }));
    await expectNothingGained(product, attack, { state: 'pending', attempts: 3 });
    expect((await answerWith(challenge, own)).status).toBe(200);
  });

  it('registered nowhere opens nothing', async () => {
    const target = await attacked();
    const stranger = await answerWith(target.challenge, newAuthenticator(), { userHandle: null });
    await expectFoiled(stranger, target);
  });

  it("does not sign for the owner by the owner's credential and another's handle", async () => {
    const { authenticator: foreign } = await owner();
    const target = await attacked();
    const { userHandle } = foreign.state;
    await expectFoiled(await answerWith(target.challenge, target.authenticator, { userHandle }), target);
  });
});

describe('wrong answers by passkey', () => {
  it('end the session at the fifth, as wrong codes do, and share the tries with them', async () => {
    const { who, authenticator, challenge, attack } = await attacked({ method: true });
    for (let n = 0; n < 3; n += 1)
      expectRefusal(await answerWith(challenge, authenticator, { rpId: 'evil.example' }));
    for (let n = 0; n < 2; n += 1) expectRefusal(await product.actors.verify(challenge, '000000'));
    await expectNothingGained(product, attack, { state: 'dead', attempts: 5 });
    await sql('delete from mfa_guards where user_id = $1', who.userId);
    expect((await ask(challenge)).status).toBe(401);
  });

  it('of a malformed shape are 400 and cost nothing', async () => {
    const { authenticator, challenge, attack } = await attacked();
    const good = authenticator.get((await ask(challenge)).body);
    const { response } = good;
    const long = (length: number) => 'A'.repeat(length);
    const malformed: unknown[] = [
      undefined,
      null,
      'text',
      [good],
      {},
      { ...good, more: 1 },
      { ...good, type: 'password' },
      { ...good, id: '' },
      { ...good, id: 'A+/=' },
      { ...good, id: `${good['id']}A` },
      { ...good, id: long(1_365), rawId: long(1_365) },
      { ...good, response: undefined },
      { ...good, response: { ...response, more: 1 } },
      { ...good, response: { ...response, clientDataJSON: long(4_097) } },
      { ...good, response: { ...response, authenticatorData: long(2_049) } },
      { ...good, response: { ...response, signature: long(1_367) } },
      { ...good, response: { ...response, userHandle: long(87) } },
      { ...good, response: { ...response, signature: { length: 1 } } },
      { ...good, response: { ...response, signature: `${response.signature}\u0000` } },
      { ...good, clientExtensionResults: 'none' },
    ];
    for (const credential of malformed) {
      const refused = await answer(challenge, credential);
      expect([refused.status, refused.body['code']]).toEqual([400, 'invalid_request']);
    }
    await expectNothingGained(product, attack, { state: 'pending', attempts: 0 });
    expect((await answer(challenge, good)).status).toBe(200);
  });

  it('tell apart by the method that is named: a code for a passkey is 400, and so is the reverse', async () => {
    const { who, authenticator } = await owner({}, { method: true });
    const challenge = await product.actors.check(who);
    const credential = authenticator.get((await ask(challenge)).body);
    const { mfaSessionId } = challenge.body;
    for (const body of [
      { mfaSessionId, method: 'passkey', code: '123456' },
      { mfaSessionId, method: 'totp', credential },
      { mfaSessionId, method: 'passkey', credential, code: '123456' },
    ])
      expect((await product.stack.call('POST', '/api/v1/auth/mfa/verify', { body })).status).toBe(400);
  });
});
