/** Ids in the place of others: only the secret of an open MFA session, with its own client, opens that session. */
import { createHash } from 'node:crypto';
import type { HttpAnswer } from '../support/http-client';
import { totpCode } from '../support/totp';
import { askForPush } from '../api/support/devices';
import { signInByPassword } from '../api/support/directory';
import { wrongCodes } from '../api/support/codes';
import { delayHasPassed, sessionsEndIn } from '../api/support/database-time';
import { secondOrganization } from '../api/support/second-organization';
import { attackOn, expectNothingGained, expectRefusal, holdingsOf, type Standing } from './support/aftermath';
import { equipped, RIGHT_BODIES, DIRECT_METHODS, send, type Equipped } from './support/equipped';
import { usePair } from './support/pair';

const product = usePair();
const PROMPT = 'chl_AAAAAAAAAAAAAAAAAAAAAA';

type Call = (mfaSessionId: string, credentials?: object) => Promise<HttpAnswer>;

/** Every endpoint that takes an MFA session, with an answer that would be right in its own. */
async function everyCall(user: Equipped, challenge: HttpAnswer): Promise<[string, Call][]> {
  const post =
    (path: string, body: object): Call =>
    (mfaSessionId, credentials = {}) =>
      product.stack.call('POST', `/api/v1/auth/mfa/${path}`, {
        ...credentials,
        body: { ...body, mfaSessionId },
      });
  const answers: [string, Call][] = [];
  for (const method of DIRECT_METHODS)
    answers.push([method, post('verify', await RIGHT_BODIES[method](user, product, challenge))]);
  const look: Call = (mfaSessionId, credentials = {}) =>
    product.stack.call('GET', `/api/v1/auth/mfa/challenge/${PROMPT}`, {
      ...credentials,
      headers: { 'x-mfa-session': mfaSessionId },
    });
  return [
    ...answers,
    ['push', post('verify', { method: 'push', challengeId: PROMPT })],
    ['asking for push', post('challenge/push', {})],
    ['asking for a passkey', post('challenge/passkey', {})],
    ['where a prompt stands', look],
    ['cancelling', post('session/cancel', {})],
  ];
}

async function challenged(user: Equipped) {
  const challenge = await product.actors.check(user.who);
  return { challenge, attack: await attackOn(product, user.who, challenge) };
}

describe('every endpoint of an MFA session', () => {
  it('takes nothing but its secret: no other id of the same attempt, and nothing like it', async () => {
    const user = await equipped(product);
    const { sessionId, accessToken, receipt } = await signInByPassword(product, user.who);
    const { challenge, attack } = await challenged(user);
    const secret = String(challenge.body['mfaSessionId']);
    const prompt = await askForPush(product, challenge);
    const hash = createHash('sha256').update(secret).digest('base64url');
    const others = [
      ...[challenge.body['decisionId'], prompt.body['challengeId'], hash, `sign-in/${hash}`],
      ...[sessionId, user.who.userId, 'demo-shop', accessToken.slice(0, 128), receipt.slice(0, 128)],
      ...[
        secret.slice(0, -1),
        secret.toLowerCase(),
        `${secret}.`,
        `${secret}=`,
        secret.slice(1),
        '%',
        "' or 1=1 --",
      ],
    ].map(String);
    const calls = await everyCall(user, challenge);
    for (const other of others) for (const [, call] of calls) expectRefusal(await call(other));
    await expectNothingGained(product, attack, { state: 'pending', attempts: 0 });
    const body = await RIGHT_BODIES.passkey(user, product, challenge);
    expect((await send(product, challenge, body)).status).toBe(200);
  });

  it("takes no credentials but those of the session's client, and then no try is lost", async () => {
    const user = await equipped(product);
    const { challenge, attack } = await challenged(user);
    const secret = String(challenge.body['mfaSessionId']);
    const other = await product.actors.application();
    const second = await secondOrganization(product);
    const calls = await everyCall(user, challenge);
    for (const { clientId: as, clientSecret } of [other, second.operator])
      for (const [, call] of calls) expectRefusal(await call(secret, { as, clientSecret }));
    await expectNothingGained(product, attack, { state: 'pending', attempts: 0 });
  });

  it("answers right in one's own session, it says nothing in somebody else's", async () => {
    const [mine, theirs] = [await equipped(product), await equipped(product)];
    const { challenge, attack } = await challenged(theirs);
    const own = await challenged(mine);
    const calls = await everyCall(mine, own.challenge);
    // The answers by which the owner of the other session would get in.
    for (const [method, call] of calls.filter(([name]) => DIRECT_METHODS.some((direct) => direct === name))) {
      const refused = await call(String(challenge.body['mfaSessionId']));
      expect([method, refused.status]).toEqual([method, 401]);
      expectRefusal(refused);
    }
    await expectNothingGained(product, attack, { state: 'pending', attempts: 3 });
    await expectNothingGained(product, own.attack, { state: 'pending', attempts: 0 });
  });

  const ends: readonly [Standing['state'], (user: Equipped, challenge: HttpAnswer) => Promise<unknown>][] = [
    [
      'cancelled',
      (_user, challenge) =>
        product.stack.call('POST', '/api/v1/auth/mfa/session/cancel', {
          body: { mfaSessionId: challenge.body['mfaSessionId'] },
        }),
    ],
    ['expired', (user) => sessionsEndIn(product.stack.database, user.who, 0)],
    ['verified', (user, challenge) => product.actors.verify(challenge, totpCode(user.who.totpSecret))],
    [
      'dead',
      async ({ who }, challenge) => {
        for (const code of wrongCodes(who.totpSecret, 5)) await product.actors.verify(challenge, code);
        await delayHasPassed(product.stack.database, who);
      },
    ],
  ];

  it.each(ends)('gives nothing in a session that is %s', async (state, end) => {
    const user = await equipped(product);
    const challenge = await product.actors.check(user.who);
    const calls = (await everyCall(user, challenge)).filter(
      ([name]) => !['cancelling', 'where a prompt stands'].includes(name),
    );
    await end(user, challenge);
    await product.actors.forgetSpentCodes(user.who);
    const before = await holdingsOf(product, user.who);
    const secret = String(challenge.body['mfaSessionId']);
    for (const [, call] of calls) expectRefusal(await call(secret));
    expect(await holdingsOf(product, user.who)).toEqual(before);
  });
});
