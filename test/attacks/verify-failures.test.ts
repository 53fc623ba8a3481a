/** Whatever is wrong with an answer or its session, the caller sees one and the same refusal. */
import type { HttpAnswer } from '../support/http-client';
import { totpCode } from '../support/totp';
import { sweep } from '../../worker/sweeper';
import type { Actors, Person } from '../api/support/actors';
import { wrongCode } from '../api/support/codes';
import { sessionsEndIn } from '../api/support/database-time';
import {
  attackOn,
  expectNothingGained,
  expectRefusal,
  expectStanding,
  type Standing,
} from './support/aftermath';
import { usePair } from './support/pair';

const product = usePair();

const setStatus = (who: Person, status: 'active' | 'disabled') =>
  product.stack.database.pool.query(`update users set status = $2 where id = $1`, [who.userId, status]);
const cancel = (challenge: HttpAnswer) =>
  product.stack.call('POST', '/api/v1/auth/mfa/session/cancel', {
    body: { mfaSessionId: challenge.body['mfaSessionId'] },
  });

/** The refusal, in every detail that a caller sees. */
function expectUniform(answer: HttpAnswer): void {
  expectRefusal(answer);
  expect(answer.body['requestId']).toBe(answer.headers.get('x-request-id'));
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.headers.get('www-authenticate')).toBeNull();
}

const right = (who: Person) => totpCode(who.totpSecret);

/** Makes an open challenge one that must not be answered; returns how it is answered instead of by the right code. */
type Ending = (who: Person, open: HttpAnswer) => Promise<void | (() => Promise<HttpAnswer>)>;
const verify: Actors['verify'] = (...answer) => product.actors.verify(...answer);

const ENDINGS: readonly [string, Standing, Ending][] = [
  [
    'a wrong code',
    { state: 'pending', attempts: 1 },
    (who, open) => Promise.resolve(() => verify(open, wrongCode(who.totpSecret))),
  ],
  [
    'an unknown session',
    { state: 'pending', attempts: 0 },
    (who) => Promise.resolve(() => verify('unknown-session', right(who))),
  ],
  [
    'an expired session',
    { state: 'expired', attempts: 0 },
    async (who, open) => {
      await sessionsEndIn(product.stack.database, who, 0);
      return async () => {
        const answer = await verify(open, right(who));
        // What the workflow's timer does at the deadline that was just moved.
        await sweep(product.stack.deps, 0);
        return answer;
      };
    },
  ],
  [
    'a cancelled session',
    { state: 'cancelled', attempts: 0 },
    async (_who, open) => {
      expect((await cancel(open)).status).toBe(204);
    },
  ],
  [
    'a session superseded by 20 newer ones',
    { state: 'superseded', attempts: 0 },
    async (who) => {
      for (let n = 0; n < 20; n += 1) await product.actors.check(who);
    },
  ],
  [
    'a session that was verified before',
    { state: 'verified', attempts: 1 },
    async (who, open) => {
      await verify(open, right(who));
      await product.actors.forgetSpentCodes(who);
    },
  ],
  [
    'a spent code',
    { state: 'pending', attempts: 1 },
    async (who) => {
      expect((await verify(await product.actors.check(who), right(who))).status).toBe(200);
    },
  ],
  [
    'a user disabled since the challenge',
    { state: 'pending', attempts: 1 },
    async (who) => {
      await setStatus(who, 'disabled');
    },
  ],
  [
    "another client's credentials",
    { state: 'pending', attempts: 0 },
    async (who, open) => {
      const { clientId: as, clientSecret } = await product.actors.application();
      const { mfaSessionId } = open.body;
      const body = { mfaSessionId, method: 'totp', code: right(who) };
      return () => product.stack.call('POST', '/api/v1/auth/mfa/verify', { as, clientSecret, body });
    },
  ],
];

describe('the refusal of an answer', () => {
  it.each(ENDINGS)('is the same for %s, and nothing is gained', async (_name, standing, ending) => {
    const who = await product.actors.person();
    const open = await product.actors.check(who);
    const answer = (await ending(who, open)) ?? (() => verify(open, right(who)));
    const attack = await attackOn(product, who, open);
    expectUniform(await answer());
    await expectNothingGained(product, attack, standing);
  });
});

describe('an MFA session', () => {
  it('is verified with the credentials of the client that opened it', async () => {
    const who = await product.actors.person();
    const open = await product.actors.check(who);
    const verified = await product.stack.call('POST', '/api/v1/auth/mfa/verify', {
      as: 'demo-shop',
      body: { mfaSessionId: open.body['mfaSessionId'], method: 'totp', code: right(who) },
    });
    expect(verified.status).toBe(200);
  });

  it('is not verified with wrong credentials, which are 401 unauthorized', async () => {
    const who = await product.actors.person();
    const open = await product.actors.check(who);
    const body = { mfaSessionId: open.body['mfaSessionId'], method: 'totp', code: right(who) };
    const refused = await product.stack.call('POST', '/api/v1/auth/mfa/verify', {
      as: 'demo-shop',
      clientSecret: 'wrong',
      body,
    });
    expect(refused.body['code']).toBe('unauthorized');
    expect((await product.actors.verify(open, right(who))).status).toBe(200);
  });

  it('of a user who was disabled and enabled again can still be verified', async () => {
    const who = await product.actors.person();
    const open = await product.actors.check(who);
    await setStatus(who, 'disabled');
    expectUniform(await product.actors.verify(open, right(who)));
    await setStatus(who, 'active');
    expect((await product.actors.verify(open, right(who))).status).toBe(200);
  });

  it('expires at its deadline, not before', async () => {
    const who = await product.actors.person();
    const open = await product.actors.check(who);
    await sessionsEndIn(product.stack.database, who, 10);
    expect((await product.actors.verify(open, right(who))).status).toBe(200);
  });

  it('is cancelled by its holder alone; cancelling twice changes nothing', async () => {
    const who = await product.actors.person();
    const open = await product.actors.check(who);
    const other = await product.actors.application();
    const foreign = await product.stack.call('POST', '/api/v1/auth/mfa/session/cancel', {
      as: other.clientId,
      clientSecret: other.clientSecret,
      body: { mfaSessionId: open.body['mfaSessionId'] },
    });
    expectRefusal(foreign);
    expect((await cancel(open)).status).toBe(204);
    expect((await cancel(open)).status).toBe(204);
    expect((await product.actors.auditOf(open)).at(-1)).toBe('MFA session cancelled');
    expectRefusal(
      await product.stack.call('POST', '/api/v1/auth/mfa/session/cancel', { body: { mfaSessionId: 'x' } }),
    );
  });

  it('that was verified cannot be cancelled', async () => {
    const who = await product.actors.person();
    const open = await product.actors.check(who);
    await product.actors.verify(open, right(who));
    expect((await cancel(open)).status).toBe(204);
    expect(await product.actors.decisionOf(open)).toMatchObject({ state: 'verified' });
    await expectStanding(product, open, { state: 'verified', attempts: 1 });
  });
});
