/** What was accepted once is sent again: to the same session, another one, a step-up, after a restart, after Redis was emptied. */
import type { HttpAnswer } from '../support/http-client';
import { totpCode } from '../support/totp';
import { withinOneStep } from '../api/support/database-time';
import { askForPush } from '../api/support/devices';
import { passwordSignIn } from '../api/support/directory';
import { addTotp } from '../api/support/factors';
import { approve, verified } from '../api/support/prompts';
import {
  attackOn,
  expectNothingGained,
  expectOneSuccess,
  expectRefusal,
  expectStanding,
  holdingsOf,
} from './support/aftermath';
import { DIRECT_METHODS, equipped, RIGHT_BODIES, send, type Equipped } from './support/equipped';
import { usePair } from './support/pair';

const product = usePair();

/** Signs in by password, without answering the challenge. */
const challenged = (user: Equipped, change: object = {}) => passwordSignIn(product, user.who, change);

function stepUp({ who }: Equipped, { body }: HttpAnswer): Promise<HttpAnswer> {
  return product.stack.call('POST', '/api/v1/auth/mfa/step-up', {
    headers: { authorization: `Bearer ${body['accessToken']}` },
    body: { action: 'payment', maxAge: 0, context: { ip: who.ip, fingerprint: who.fingerprint } },
  });
}

/** Sends an answer that was accepted wherever it may be sent; nothing comes of it. */
async function expectSpent(
  user: Equipped,
  first: HttpAnswer,
  again: (to: HttpAnswer) => Promise<HttpAnswer>,
) {
  const before = await holdingsOf(product, user.who);
  const opened = [await challenged(user, { fingerprint: 'another' }), await stepUp(user, first)];
  for (const open of opened) {
    expectRefusal(await again(open));
    await expectStanding(product, open, { state: 'pending' });
  }
  expect(await holdingsOf(product, user.who)).toEqual(before);
}

describe.each(DIRECT_METHODS)('an answer by %s', (method) => {
  it('is accepted once, whatever happened since', async () => {
    const user = await equipped(product);
    const challenge = await challenged(user);
    const attack = await attackOn(product, user.who, challenge);
    const right = await RIGHT_BODIES[method](user, product, challenge);
    const first = await send(product, challenge, right);
    expect(first.status).toBe(200);
    expectRefusal(await send(product, challenge, right));
    await expectOneSuccess(product, attack, { by: method, attempts: 1 });
    await expectSpent(user, first, (to) => send(product, to, right));
    await product.flushRedis();
    await product.restart();
    expectRefusal(await send(product, challenge, right));
    await expectSpent(user, first, (to) => send(product, to, right));
  });
});

describe('an approval', () => {
  it('is worth one session, whatever happened since', async () => {
    const user = await equipped(product);
    const challenge = await challenged(user);
    const attack = await attackOn(product, user.who, challenge);
    const { challengeId, number } = (await askForPush(product, challenge)).body as Record<string, string>;
    const prompt = { ...user, challenge, challengeId: String(challengeId), number: String(number) };
    await approve(product, prompt);
    const first = await verified(product, prompt);
    expect(first.status).toBe(200);
    const again = (to: HttpAnswer) => send(product, to, { method: 'push', challengeId });
    expectRefusal(await again(challenge));
    expectRefusal(await approve(product, prompt), 'challenge_closed');
    await expectOneSuccess(product, attack, { by: 'push', attempts: 1 });
    await expectSpent(user, first, again);
    await product.flushRedis();
    await product.restart();
    expectRefusal(await again(challenge));
    expectRefusal(await approve(product, prompt), 'challenge_closed');
    await expectSpent(user, first, again);
  });
});

describe('a TOTP code', () => {
  it('that confirmed an authenticator signs nobody in', async () => {
    const who = await product.actors.person();
    await withinOneStep(async () => {
      const { secret } = await addTotp(product, who);
      const challenge = await product.actors.check(who);
      const attack = await attackOn(product, who, challenge);
      expectRefusal(await product.actors.verify(challenge, totpCode(secret)));
      await expectNothingGained(product, attack, { state: 'pending', attempts: 1 });
    });
  });

  it('of an older step is refused everywhere after a newer one was accepted anywhere', async () => {
    const who = await product.actors.person();
    const at = await product.actors.application();
    await withinOneStep(async () => {
      await product.actors.forgetSpentCodes(who);
      const [here, there] = [await product.actors.check(who), await product.actors.check(who, {}, { at })];
      expect((await product.actors.verify(there, totpCode(who.totpSecret, 1))).status).toBe(200);
      const attack = await attackOn(product, who, here);
      for (const offset of [1, 0, -1])
        expectRefusal(await product.actors.verify(here, totpCode(who.totpSecret, offset)));
      await expectNothingGained(product, attack, { state: 'pending', attempts: 3 });
      await product.stack.call('POST', '/api/v1/auth/mfa/session/cancel', {
        body: { mfaSessionId: here.body['mfaSessionId'] },
      });
      await expectNothingGained(product, attack, { state: 'cancelled', attempts: 3 });
    });
  });
});
