/** Guessing around the guards: by another method, another session, another key, after a restart, after Redis was emptied. */
import { randomUUID } from 'node:crypto';
import type { HttpAnswer } from '../support/http-client';
import { totpCode } from '../support/totp';
import type { Person } from '../api/support/actors';
import { answerWithCode, spoilt, triesOf } from '../api/support/backup-codes';
import { wrongCodes } from '../api/support/codes';
import { delayHasPassed } from '../api/support/database-time';
import { askForPush, deviceOf, otherNumber } from '../api/support/devices';
import { createPasskeyActs } from '../api/support/passkeys';
import { approve, verified } from '../api/support/prompts';
import {
  attackOn,
  expectNothingGained,
  expectOneSuccess,
  expectRefusal,
  expectStatuses,
} from './support/aftermath';
import {
  answerByPush,
  DIRECT_METHODS,
  equipped,
  RIGHT_BODIES,
  send,
  type Equipped,
} from './support/equipped';
import { usePair } from './support/pair';

const product = usePair();
const { answerWith } = createPasskeyActs(product);

async function challenged(who: Person) {
  const challenge = await product.actors.check(who);
  return { challenge, attack: await attackOn(product, who, challenge) };
}

/** Approves with a number that is wrong. */
async function wrongNumber(
  { who, state }: Pick<Equipped, 'who' | 'state'>,
  challenge: HttpAnswer,
): Promise<HttpAnswer> {
  const { body } = await askForPush(product, challenge);
  const { challengeId, number } = body as { challengeId: string; number: string };
  const prompt = { who, state, challenge, challengeId, number: otherNumber(number) };
  await approve(product, prompt);
  return verified(product, prompt);
}

describe('the tries of a session', () => {
  it('are five whatever the methods, and then no method gets in', async () => {
    const user = await equipped(product);
    const { who, codes, authenticator } = user;
    const { challenge, attack } = await challenged(who);
    const [one = '', two = ''] = wrongCodes(who.totpSecret, 2);
    expectRefusal(await product.actors.verify(challenge, one));
    expectRefusal(await answerWithCode(product, challenge, spoilt(codes[0] ?? '')));
    expectRefusal(await answerWith(challenge, authenticator, { rpId: 'evil.example' }));
    expectRefusal(await wrongNumber(user, challenge));
    await expectNothingGained(product, attack, { state: 'pending', attempts: 4 });
    const late = [];
    for (const method of DIRECT_METHODS) late.push(await RIGHT_BODIES[method](user, product, challenge));
    expectRefusal(await product.actors.verify(challenge, two));
    for (const right of late) expectRefusal(await send(product, challenge, right), 'too_many_attempts');
    expectRefusal(await askForPush(product, challenge), 'too_many_attempts');
    await delayHasPassed(product.stack.database, who);
    for (const right of late) expectRefusal(await send(product, challenge, right));
    expectRefusal(await askForPush(product, challenge));
    expect(await triesOf(product, who)).toBe(5);
    await expectNothingGained(product, attack, { state: 'dead', attempts: 5 });
  });

  it('and those of the account run on over a restart and an empty Redis', async () => {
    const who = await product.actors.person();
    const { challenge, attack } = await challenged(who);
    const codes = wrongCodes(who.totpSecret, 5);
    for (const [n, code] of codes.entries()) {
      expectRefusal(await product.actors.verify(challenge, code));
      await product.flushRedis();
      if (n === 2) await product.restart();
    }
    await expectNothingGained(product, attack, { state: 'dead', attempts: 5 });
    const next = await challenged(who);
    await product.flushRedis();
    await product.restart();
    expectRefusal(await product.actors.verify(next.challenge, totpCode(who.totpSecret)), 'too_many_attempts');
    await expectNothingGained(product, next.attack, { state: 'pending', attempts: 0 });
  });

  it('are used up although a worker died before it judged the fifth: the right answer comes too late', async () => {
    const user = await equipped(product);
    const { challenge, attack } = await challenged(user.who);
    const rights = [];
    for (const method of DIRECT_METHODS) rights.push(await RIGHT_BODIES[method](user, product, challenge));
    await product.stack.database.pool.query('update mfa_sessions set attempts = 5 where user_id = $1', [
      user.who.userId,
    ]);
    for (const right of rights) expectRefusal(await send(product, challenge, right));
    await expectNothingGained(product, attack, { state: 'pending', attempts: 5 });
  });

  it('are not more by another Idempotency-Key each, nor by one for many codes', async () => {
    const who = await product.actors.person();
    const { challenge, attack } = await challenged(who);
    const guess = (code: string, key: string) =>
      product.actors.verify(challenge, code, { headers: { 'idempotency-key': key } });
    const codes = wrongCodes(who.totpSecret, 40);
    const one = randomUUID();
    const underOne = await Promise.all(codes.slice(0, 10).map((code) => guess(code, one)));
    expectStatuses(underOne, 401, 422);
    expect(await triesOf(product, who)).toBe(1);
    const underMany = await Promise.all(codes.slice(10).map((code) => guess(code, randomUUID())));
    expectStatuses(underMany, 401, 429);
    expect(await triesOf(product, who)).toBe(5);
    await expectNothingGained(product, attack, { state: 'dead', attempts: 5 });
  });
});

describe('the tries of an account', () => {
  it('are five over as many sessions, one guess each, while Redis is emptied under them', async () => {
    const who = await product.actors.person();
    const open = [];
    for (let n = 0; n < 8; n += 1) open.push(await challenged(who));
    const codes = wrongCodes(who.totpSecret, 8);
    const answers = await Promise.all([
      ...open.map(({ challenge }, n) => product.actors.verify(challenge, codes[n] ?? '')),
      ...Array.from({ length: 5 }, () => product.flushRedis()),
    ]);
    expectStatuses(
      answers.flatMap((answer) => answer ?? []),
      401,
      429,
    );
    expect(await triesOf(product, who)).toBe(5);
    const last = await challenged(who);
    expectRefusal(await product.actors.verify(last.challenge, totpCode(who.totpSecret)), 'too_many_attempts');
    await expectNothingGained(product, last.attack, { state: 'pending', attempts: 0 });
  });

  it('are not given back by a code that was spent: its replay is one more wrong answer', async () => {
    const who = await product.actors.person();
    const code = totpCode(who.totpSecret);
    expect((await product.actors.verify(await product.actors.check(who), code)).status).toBe(200);
    const { challenge, attack } = await challenged(who);
    for (const wrong of wrongCodes(who.totpSecret, 4))
      expectRefusal(await product.actors.verify(challenge, wrong));
    expectRefusal(await product.actors.verify(challenge, code));
    await expectNothingGained(product, attack, { state: 'dead', attempts: 5 });
    const next = await product.actors.check(who);
    expectRefusal(await product.actors.verify(next, code), 'too_many_attempts');
  });

  it('are given back by a right answer of any method, once', async () => {
    const user = await equipped(product);
    const { who } = user;
    const first = await challenged(who);
    for (const wrong of wrongCodes(who.totpSecret, 4))
      expectRefusal(await product.actors.verify(first.challenge, wrong));
    expect((await answerByPush(product, user, first.challenge)).status).toBe(200);
    await expectOneSuccess(product, first.attack, { by: 'push', attempts: 5 });
    const next = await challenged(who);
    for (const wrong of wrongCodes(who.totpSecret, 5))
      expectRefusal(await product.actors.verify(next.challenge, wrong));
    await expectNothingGained(product, next.attack, { state: 'dead', attempts: 5 });
  });
});

describe('the number of a prompt', () => {
  it('can be guessed once a prompt and three times in five minutes, each for a try', async () => {
    const who = await product.actors.person();
    const user = { who, state: await deviceOf(product, who) };
    const { challenge, attack } = await challenged(who);
    for (let n = 0; n < 3; n += 1) expectRefusal(await wrongNumber(user, challenge));
    const fourth = await askForPush(product, challenge);
    expectRefusal(fourth, 'too_many_attempts');
    const other = await challenged(who);
    expectRefusal(await askForPush(product, other.challenge), 'too_many_attempts');
    await expectNothingGained(product, attack, { state: 'pending', attempts: 3 });
    await expectNothingGained(product, other.attack, { state: 'pending', attempts: 0 });
  });
});
