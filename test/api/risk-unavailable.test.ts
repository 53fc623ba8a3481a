/** Risk cannot be assessed: MFA, never a way in, never an error; and the user can still finish. */
import { totpCode } from '../support/totp';
import type { Person } from './support/actors';
import { until } from './support/patience';
import { useProduct } from './support/product';

const product = useProduct();

/** What breaks the assessment, and how it is mended. */
const BREAKAGES: readonly [string, () => Promise<() => Promise<unknown>>][] = [
  [
    'the network databases throw',
    () => {
      product.stack.network.failure = new Error('database file is gone');
      return Promise.resolve(() => {
        product.stack.network.failure = undefined;
        return Promise.resolve();
      });
    },
  ],
  ...['risk_profiles', 'sign_in_failures'].map((table): [string, () => Promise<() => Promise<unknown>>] => [
    `the table ${table} is gone`,
    async () => {
      const { pool } = product.stack.database;
      await pool.query(`alter table ${table} rename to ${table}_away`);
      return () => pool.query(`alter table ${table}_away rename to ${table}`);
    },
  ]),
  [
    'the profile store hangs',
    async () => {
      const client = await product.stack.database.pool.connect();
      await client.query('begin');
      await client.query('lock table risk_profiles in access exclusive mode');
      return async () => {
        await client.query('rollback');
        client.release();
      };
    },
  ],
];

async function whileBroken<T>(
  breakIt: () => Promise<() => Promise<unknown>>,
  work: () => Promise<T>,
): Promise<T> {
  const mend = await breakIt();
  try {
    return await work();
  } finally {
    await mend();
  }
}

describe.each(BREAKAGES)('while %s', (_name, breakIt) => {
  it('a trusted device is challenged within 2.5 s, for the reason risk_unavailable', async () => {
    const { actors } = product;
    const who = await actors.settledPerson();
    const timed = async () => {
      const began = performance.now();
      const answer = await actors.check(who, {}, { once: true });
      return { answer, tookMs: performance.now() - began };
    };
    const { answer, tookMs } = await whileBroken(breakIt, () =>
      until(timed, (tried) => tried.answer.status === 200 && tried.tookMs < 2_500),
    );
    expect(tookMs).toBeLessThan(2_500);
    expect(answer.status).toBe(200);
    expect(answer.body['mfaRequired']).toBe(true);
    expect(await actors.decisionOf(answer)).toMatchObject({
      outcome: 'challenge',
      reason: 'risk_unavailable',
      riskScore: null,
      signals: [],
    });
    expect((await actors.auditOf(answer))[0]).toBe('MFA required by risk assessment');
    // And the user can finish as soon as she types her code.
    await actors.forgetSpentCodes(who);
    expect((await actors.verify(answer, totpCode(who.totpSecret))).status).toBe(200);
  });
});

describe('while the profile store is away', () => {
  const breakIt = BREAKAGES[1]?.[1];
  if (!breakIt) throw new Error('no such breakage');

  it('a right code still completes the sign-in; it teaches nothing', async () => {
    const { actors } = product;
    const who = await actors.person();
    const verified = await whileBroken(breakIt, async () =>
      actors.verify(await actors.check(who), totpCode(who.totpSecret)),
    );
    expect(verified.status).toBe(200);
    const { signals } = await actors.decisionOf(await actors.check(who));
    expect(signals).toContainEqual({ code: 'first_sign_in', points: 30 });
  });

  it.each([
    ['always', {}, true, 'policy_always'],
    ['never', {}, false, 'policy_never'],
    ['never', { blockOnCritical: true }, true, 'risk_unavailable'],
    ['smart', { mfaThreshold: 100, blockThreshold: 100 }, true, 'risk_unavailable'],
  ] as const)('%s with %j needs MFA: %s', async (mfaPolicy, settings, needed, reason) => {
    const { actors } = product;
    const who = await actors.settledPerson();
    const at = await actors.application({ mfaPolicy, settings });
    const answer = await whileBroken(breakIt, () => actors.check(who, {}, { at }));
    expect(answer.body['mfaRequired']).toBe(needed);
    expect(await actors.decisionOf(answer)).toMatchObject({ reason, riskScore: null });
  });

  it('a portal asks for MFA', async () => {
    const { actors } = product;
    const who = await actors.settledPerson();
    const answer = await whileBroken(breakIt, () =>
      actors.check(who, { clientId: 'admin-dashboard' }, { as: 'operator' }),
    );
    expect(answer.body['mfaRequired']).toBe(true);
  });
});

describe('a stored profile that cannot be read', () => {
  it.each(['{"version":9}', '"text"', '[]', '{"version":1,"completedSignIns":-1}'])(
    '(%s) means MFA, and starts anew after it',
    async (profile) => {
      const { actors, stack } = product;
      const who = await actors.settledPerson();
      await stack.database.pool.query(`update risk_profiles set profile = $2 where user_id = $1`, [
        who.userId,
        profile,
      ]);
      const answer = await actors.check(who);
      expect(await actors.decisionOf(answer)).toMatchObject({ reason: 'risk_unavailable' });
      await actors.forgetSpentCodes(who);
      const verified = await actors.verify(answer, totpCode(who.totpSecret));
      expect(verified.status).toBe(200);
      const next = await actors.check(who, { deviceToken: verified.body['deviceToken'] });
      expect(next.body['mfaRequired']).toBe(false);
    },
  );

  it('is not repaired by a sign-in without MFA', async () => {
    const { actors, stack } = product;
    const who: Person = await actors.settledPerson();
    await stack.database.pool.query(`update risk_profiles set profile = '[]' where user_id = $1`, [
      who.userId,
    ]);
    const at = await actors.application({ mfaPolicy: 'never' });
    expect((await actors.check(who, {}, { at })).body['mfaRequired']).toBe(false);
    expect(await actors.decisionOf(await actors.check(who))).toMatchObject({ reason: 'risk_unavailable' });
  });
});

describe('an address without a location', () => {
  it('is a signal that demands MFA, not unavailable risk', async () => {
    const { actors, stack } = product;
    const who = await actors.settledPerson();
    stack.network.set(who.ip, { classes: [], staleClasses: [] });
    const decision = await actors.decisionOf(await actors.check(who));
    expect(decision).toMatchObject({ outcome: 'challenge', reason: 'risk_score', riskScore: 30 });
    expect(decision['signals']).toContainEqual({ code: 'geo_unknown', points: 0 });
  });
});
