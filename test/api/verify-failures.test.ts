/** Whatever is wrong with an answer or its session, the caller sees one and the same refusal. */
import type { HttpAnswer } from '../support/http-client';
import { totpCode } from '../support/totp';
import type { Person } from './support/actors';
import { wrongCode } from './support/codes';
import { sessionsEndIn } from './support/database-time';
import { useProduct } from './support/product';

const product = useProduct();

const setStatus = (who: Person, status: 'active' | 'disabled') =>
  product.stack.database.pool.query(`update users set status = $2 where id = $1`, [who.userId, status]);
const cancel = (challenge: HttpAnswer) =>
  product.stack.call('POST', '/api/v1/auth/mfa/session/cancel', {
    body: { mfaSessionId: challenge.body['mfaSessionId'] },
  });

const REFUSAL = {
  type: 'urn:zewstid:problem:verification_failed',
  title: 'Verification failed',
  status: 401,
  detail: 'The verification did not succeed.',
  code: 'verification_failed',
};

function expectRefusal(answer: HttpAnswer): void {
  expect(answer.status).toBe(401);
  const { requestId, ...rest } = answer.body;
  expect(rest).toEqual(REFUSAL);
  expect(requestId).toBe(answer.headers.get('x-request-id'));
  expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  expect(answer.headers.get('www-authenticate')).toBeNull();
}

type Ending = (who: Person) => Promise<HttpAnswer>;
const challenge = (who: Person) => product.actors.check(who);
const right = (who: Person) => totpCode(who.totpSecret);

const ENDINGS: readonly [string, Ending][] = [
  ['a wrong code', async (who) => product.actors.verify(await challenge(who), wrongCode(who.totpSecret))],
  ['an unknown session', (who) => product.actors.verify('unknown-session', right(who))],
  [
    'an expired session',
    async (who) => {
      const open = await challenge(who);
      await sessionsEndIn(product.stack.database, who, 0);
      return product.actors.verify(open, right(who));
    },
  ],
  [
    'a cancelled session',
    async (who) => {
      const open = await challenge(who);
      expect((await cancel(open)).status).toBe(204);
      return product.actors.verify(open, right(who));
    },
  ],
  [
    'a session superseded by 20 newer ones',
    async (who) => {
      const open = await challenge(who);
      for (let n = 0; n < 20; n += 1) await challenge(who);
      return product.actors.verify(open, right(who));
    },
  ],
  [
    'a session that was verified before',
    async (who) => {
      const open = await challenge(who);
      await product.actors.verify(open, right(who));
      await product.actors.forgetSpentCodes(who);
      return product.actors.verify(open, right(who));
    },
  ],
  [
    'a spent code',
    async (who) => {
      await product.actors.verify(await challenge(who), right(who));
      return product.actors.verify(await challenge(who), right(who));
    },
  ],
  [
    'a user disabled since the challenge',
    async (who) => {
      const open = await challenge(who);
      await setStatus(who, 'disabled');
      return product.actors.verify(open, right(who));
    },
  ],
  [
    "another client's credentials",
    async (who) => {
      const other = await product.actors.application();
      return product.stack.call('POST', '/api/v1/auth/mfa/verify', {
        as: other.clientId,
        clientSecret: other.clientSecret,
        body: {
          mfaSessionId: (await challenge(who)).body['mfaSessionId'],
          method: 'totp',
          code: right(who),
        },
      });
    },
  ],
];

describe('the refusal of an answer', () => {
  it.each(ENDINGS)('is the same for %s', async (_name, ending) => {
    expectRefusal(await ending(await product.actors.person()));
  });
});

describe('an MFA session', () => {
  it('is verified with the credentials of the client that opened it', async () => {
    const who = await product.actors.person();
    const open = await challenge(who);
    const verified = await product.stack.call('POST', '/api/v1/auth/mfa/verify', {
      as: 'demo-shop',
      body: { mfaSessionId: open.body['mfaSessionId'], method: 'totp', code: right(who) },
    });
    expect(verified.status).toBe(200);
  });

  it('is not verified with wrong credentials, which are 401 unauthorized', async () => {
    const who = await product.actors.person();
    const open = await challenge(who);
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
    const open = await challenge(who);
    await setStatus(who, 'disabled');
    expectRefusal(await product.actors.verify(open, right(who)));
    await setStatus(who, 'active');
    expect((await product.actors.verify(open, right(who))).status).toBe(200);
  });

  it('expires at its deadline, not before', async () => {
    const who = await product.actors.person();
    const open = await challenge(who);
    await sessionsEndIn(product.stack.database, who, 10);
    expect((await product.actors.verify(open, right(who))).status).toBe(200);
  });

  it('is cancelled by its holder alone; cancelling twice changes nothing', async () => {
    const who = await product.actors.person();
    const open = await challenge(who);
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
    const open = await challenge(who);
    await product.actors.verify(open, right(who));
    expect((await cancel(open)).status).toBe(204);
    expect(await product.actors.decisionOf(open)).toMatchObject({ state: 'verified' });
  });
});
