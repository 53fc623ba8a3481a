/** Answers of one method, session or caller in the place of another's. */
import { randomUUID } from 'node:crypto';
import type { HttpAnswer } from '../support/http-client';
import { totpCode } from '../support/totp';
import type { Person } from '../api/support/actors';
import { answerWithCode, codesFor, triesOf } from '../api/support/backup-codes';
import { wrongCode } from '../api/support/codes';
import { createPasskeyActs } from '../api/support/passkeys';
import { approve, asked, verified } from '../api/support/prompts';
import {
  attackOn,
  countOf,
  expectNothingGained,
  expectOneSuccess,
  expectRefusal,
  expectStanding,
  expectStatuses,
  holdingsOf,
} from './support/aftermath';
import { DIRECT_METHODS, equipped, RIGHT_BODIES, send } from './support/equipped';
import { usePair } from './support/pair';

const product = usePair();
const { ask } = createPasskeyActs(product);

async function challenged(who: Person) {
  const challenge = await product.actors.check(who);
  return { challenge, attack: await attackOn(product, who, challenge) };
}

describe('the evidence of one method', () => {
  it('is malformed under the name of another, and costs no try', async () => {
    const user = await equipped(product);
    const { challenge, attack } = await challenged(user.who);
    const challengeId = 'chl_AAAAAAAAAAAAAAAAAAAAAA';
    const rights = [{ method: 'push', challengeId }, ...(await rightBodies(user, challenge))];
    for (const right of rights)
      for (const method of [...DIRECT_METHODS, 'push'])
        if (method !== right.method) {
          const refused = await send(product, challenge, { ...right, method });
          expect([right.method, method, refused.status]).toEqual([right.method, method, 400]);
        }
    const all = Object.assign({}, ...rights) as object;
    for (const method of [...DIRECT_METHODS, 'push'])
      expect((await send(product, challenge, { ...all, method })).status).toBe(400);
    await expectNothingGained(product, attack, { state: 'pending', attempts: 0 });
  });

  const rightBodies = async (user: Awaited<ReturnType<typeof equipped>>, challenge: HttpAnswer) => [
    await RIGHT_BODIES.totp(user),
    await RIGHT_BODIES.backupCode(user),
    await RIGHT_BODIES.passkey(user, product, challenge),
  ];

  it('of a method that the user does not have is refused as a wrong answer is', async () => {
    const [user, without] = [await equipped(product), await product.actors.person()];
    const { challenge, attack } = await challenged(without);
    const theirs = await product.actors.check(user.who);
    expectRefusal(await answerWithCode(product, challenge, user.codes[0]));
    const credential = user.authenticator.get((await ask(theirs)).body);
    expectRefusal(await send(product, challenge, { method: 'passkey', credential }));
    const challengeId = 'chl_AAAAAAAAAAAAAAAAAAAAAA';
    expectRefusal(await send(product, challenge, { method: 'push', challengeId }));
    await expectNothingGained(product, attack, { state: 'pending', attempts: 2 });
  });
});

describe('the id of a prompt', () => {
  it('tells nothing to anybody else: ids that exist are answered like ids that do not', async () => {
    const [mine, theirs] = [await asked(product), await asked(product)];
    const attack = await attackOn(product, theirs.who, theirs.challenge);
    const headers = { 'x-mfa-session': String(mine.challenge.body['mfaSessionId']) };
    for (const id of [
      theirs.challengeId,
      'chl_AAAAAAAAAAAAAAAAAAAAAA',
      mine.challengeId.replace(/_./, mine.challengeId.startsWith('chl_A') ? '_B' : '_A'),
    ]) {
      const path = `/api/v1/auth/mfa/challenge/${id}`;
      expectRefusal(await product.stack.call('GET', path, { headers }), 'not_found');
      expectRefusal(await send(product, mine.challenge, { method: 'push', challengeId: id }));
      const answer = { raw: JSON.stringify({ decision: 'deny' }) };
      const unsigned = await product.stack.call('POST', `/api/v1/devices/challenges/${id}/answer`, answer);
      expectRefusal(unsigned, 'unauthorized');
    }
    await approve(product, theirs);
    expectRefusal(await send(product, mine.challenge, { method: 'push', challengeId: theirs.challengeId }));
    expect((await verified(product, theirs)).status).toBe(200);
    await expectOneSuccess(product, attack, { by: 'push', attempts: 1 });
    await expectStanding(product, mine.challenge, { state: 'pending', attempts: 0 });
  });
});

describe('an Idempotency-Key', () => {
  const key = () => ({ headers: { 'idempotency-key': randomUUID() } });

  it("of somebody else's sign-in answers nothing, and of an own one only in its session", async () => {
    const [who, other] = [await product.actors.person(), await product.actors.person()];
    const [mine, next, theirs] = [await challenged(who), await challenged(who), await challenged(other)];
    const once = key();
    const code = totpCode(who.totpSecret);
    expect((await product.actors.verify(mine.challenge, code, once)).status).toBe(200);
    expectRefusal(await product.actors.verify(next.challenge, code, once));
    expectRefusal(await product.actors.verify(theirs.challenge, code, once));
    expectRefusal(await product.actors.verify('unknown-session', code, once));
    await expectOneSuccess(product, mine.attack, { by: 'totp', attempts: 1 });
    await expectStanding(product, next.challenge, { state: 'pending', attempts: 1 });
    await expectNothingGained(product, theirs.attack, { state: 'pending', attempts: 1 });
  });

  it('of one caller gives no other caller the challenge that it began', async () => {
    const who = await product.actors.person();
    const at = await product.actors.application();
    const once = key();
    const first = await product.actors.check(who, {}, once);
    const other = await product.actors.check(who, {}, { ...once, at });
    expect(other.body['mfaSessionId']).not.toBe(first.body['mfaSessionId']);
    const changed = await product.actors.check(who, { fingerprint: 'another' }, once);
    expectRefusal(changed, 'idempotency_key_reused');
    expect(await holdingsOf(product, who)).toMatchObject({ sessions: 0, proofs: 0 });
  });

  it('turns no wrong answer into a right one: another code or method under it is refused, and not looked at', async () => {
    const who = await product.actors.person();
    const [backupCode] = await codesFor(product, who);
    const { challenge, attack } = await challenged(who);
    const once = key();
    expectRefusal(await product.actors.verify(challenge, wrongCode(who.totpSecret), once));
    const code = totpCode(who.totpSecret);
    expectRefusal(await product.actors.verify(challenge, code, once), 'idempotency_key_reused');
    expectRefusal(await answerWithCode(product, challenge, backupCode, once), 'idempotency_key_reused');
    const trusting = await product.actors.verify(challenge, wrongCode(who.totpSecret), {
      ...once,
      trustDevice: true,
    });
    expectRefusal(trusting, 'idempotency_key_reused');
    expect(await triesOf(product, who)).toBe(1);
    await expectNothingGained(product, attack, { state: 'pending', attempts: 1 });
  });

  it('under which a right and wrong answers race has the first one judged, and no other', async () => {
    const who = await product.actors.person();
    const { challenge, attack } = await challenged(who);
    const once = key();
    const codes = [totpCode(who.totpSecret), ...Array<string>(9).fill(wrongCode(who.totpSecret))];
    const answers = await Promise.all(codes.map((code) => product.actors.verify(challenge, code, once)));
    expectStatuses(answers, 200, 401, 422);
    expect(await triesOf(product, who)).toBe(1);
    if (countOf(answers, 200) === 1) await expectOneSuccess(product, attack, { by: 'totp', attempts: 1 });
    else await expectNothingGained(product, attack, { state: 'pending', attempts: 1 });
  });
});
