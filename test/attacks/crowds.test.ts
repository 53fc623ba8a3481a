/** Much at once: what is bounded stays bounded, and what ends, ends once. */
import { sweep } from '../../worker/sweeper';
import { totpCode } from '../support/totp';
import { sessionsEndIn } from '../api/support/database-time';
import { askForPush, deviceOf } from '../api/support/devices';
import { attackOn, countOf, expectNothingGained, expectRefusal, expectStatuses } from './support/aftermath';
import { usePair } from './support/pair';

const product = usePair();
const sql = (text: string, ...values: unknown[]) => product.stack.database.pool.query(text, values);

describe('many sign-ins of one user at once', () => {
  it('leave twenty challenges open, and each of the others ended once', async () => {
    const who = await product.actors.person();
    const challenges = await Promise.all(Array.from({ length: 25 }, () => product.actors.check(who)));
    expect(countOf(challenges, 200)).toBe(25);
    // Of those that are recorded at the same moment none sees the others; every worker's sweeper does.
    await Promise.all(Array.from({ length: 4 }, () => sweep(product.stack.deps)));
    const { rows } = await sql(
      `select m.state, count(*)::int as n, sum(t.n)::int as terminal from mfa_sessions m,
         lateral (select count(*) as n from audit_events a where a.decision_id = m.decision_id and a.terminal) t
       where m.user_id = $1 group by m.state order by m.state`,
      who.userId,
    );
    expect(rows).toContainEqual({ state: 'pending', n: 20, terminal: 0 });
    for (const { state, n, terminal } of rows) if (state !== 'pending') expect(terminal).toBe(n);
  });

  it('open one prompt between them', async () => {
    const who = await product.actors.person();
    await deviceOf(product, who);
    const challenges = await Promise.all(Array.from({ length: 10 }, () => product.actors.check(who)));
    const answers = await Promise.all(challenges.map((challenge) => askForPush(product, challenge)));
    expect([countOf(answers, 201), countOf(answers, 409)]).toEqual([1, 9]);
    const { rows } = await sql(
      'select count(*)::int as n from push_challenges where user_id = $1',
      who.userId,
    );
    expect(rows).toEqual([{ n: 1 }]);
  });
});

describe('a session that is over', () => {
  it('is ended once by all who find it: sweepers, answers, its holder', async () => {
    const who = await product.actors.person();
    const challenge = await product.actors.check(who);
    const attack = await attackOn(product, who, challenge);
    await sessionsEndIn(product.stack.database, who, 0);
    const { deps } = product.stack;
    const [answers] = await Promise.all([
      Promise.all(
        Array.from({ length: 6 }, () => product.actors.verify(challenge, totpCode(who.totpSecret))),
      ),
      ...Array.from({ length: 6 }, () => sweep(deps, 0)),
    ]);
    for (const answer of answers) expectRefusal(answer);
    const { mfaSessionId } = challenge.body;
    const late = await product.stack.call('POST', '/api/v1/auth/mfa/session/cancel', {
      body: { mfaSessionId },
    });
    expectStatuses([late], 204);
    await expectNothingGained(product, attack, { state: 'expired', attempts: 0 });
  });
});
