/** Races made certain: answers that were all found right are held up before any of them completes, then let go at once. */
import type { PoolClient } from '../../storage/postgres';
import type { HttpAnswer } from '../support/http-client';
import { totpCode } from '../support/totp';
import type { Person } from '../api/support/actors';
import { answerWithCode, codesFor } from '../api/support/backup-codes';
import { until } from '../api/support/patience';
import { countOf, expectRefusal, holdingsOf } from './support/aftermath';
import { usePair } from './support/pair';

const product = usePair({ impatient: true });
/** A statement of the product waits no longer than a second. */
const HELD_AT_MOST_MS = 800;

const WAITING = `select 1 from pg_stat_activity
  where datname = current_database() and wait_event_type = 'Lock' and query like 'select a.version, a.mfa_policy%'`;

/**
 * Holds the row that every completion reads first, until `count` of them wait for it; then does `meanwhile`, and lets go.
 * `undefined` when the machine was too busy to have all of them wait.
 */
async function heldUp(
  { userId }: Person,
  begin: () => Promise<HttpAnswer>[],
  { count, meanwhile }: { count: number; meanwhile?: (holder: PoolClient) => Promise<unknown> },
): Promise<HttpAnswer[] | undefined> {
  const { pool } = product.stack.database;
  const holder = await pool.connect();
  try {
    await holder.query('begin');
    await holder.query('select 1 from users where id = $1 for no key update', [userId]);
    const answers = begin();
    const deadline = performance.now() + HELD_AT_MOST_MS;
    let waiting = 0;
    while (waiting < count && performance.now() < deadline)
      waiting = (await pool.query(WAITING)).rowCount ?? 0;
    if (waiting >= count) await meanwhile?.(holder);
    await holder.query('commit');
    const all = await Promise.all(answers);
    return waiting < count || countOf(all, 503) > 0 ? undefined : all;
  } finally {
    holder.release();
  }
}

/** With somebody new, until all waited. */
async function undisturbed(race: () => Promise<HttpAnswer[] | undefined>): Promise<HttpAnswer[]> {
  const answers = await until(race, (all) => all !== undefined);
  if (!answers) throw new Error('the machine is too busy for this race');
  return answers;
}

it('one TOTP code that five sessions have found right signs in once', async () => {
  const answers = await undisturbed(async () => {
    const who = await product.actors.person();
    const challenges = await Promise.all(Array.from({ length: 5 }, () => product.actors.check(who)));
    const code = totpCode(who.totpSecret);
    const begin = () => challenges.map((challenge) => product.actors.verify(challenge, code));
    const all = await heldUp(who, begin, { count: 5 });
    const { sessions, proofs } = await holdingsOf(product, who);
    expect(sessions).toBeLessThanOrEqual(1);
    expect(proofs).toBe(sessions);
    return all;
  });
  expect([countOf(answers, 200), countOf(answers, 401)]).toEqual([1, 4]);
});

it('one backup code that two sessions have found right signs in once', async () => {
  const answers = await undisturbed(async () => {
    const who = await product.actors.person();
    const [code] = await codesFor(product, who);
    const challenges = [await product.actors.check(who), await product.actors.check(who)];
    const begin = () => challenges.map((challenge) => answerWithCode(product, challenge, code));
    const all = await heldUp(who, begin, { count: 2 });
    expect((await holdingsOf(product, who)).backupCodesLeft).toBeGreaterThanOrEqual(9);
    return all;
  });
  expect([countOf(answers, 200), countOf(answers, 401)]).toEqual([1, 1]);
});

it('a backup code that was found right is refused when its set is replaced before it is spent', async () => {
  const [answer] = await undisturbed(async () => {
    const who = await product.actors.person();
    const [code = ''] = await codesFor(product, who);
    const challenge = await product.actors.check(who);
    const begin = () => [answerWithCode(product, challenge, code)];
    const meanwhile = (holder: PoolClient) =>
      holder.query(`update backup_codes set set_id = 'another' where user_id = $1`, [who.userId]);
    const all = await heldUp(who, begin, { count: 1, meanwhile });
    if (!all) return undefined;
    expect(await holdingsOf(product, who)).toMatchObject({ sessions: 0, proofs: 0, backupCodesLeft: 10 });
    return all;
  });
  if (!answer) throw new Error('no answer');
  expectRefusal(answer);
});
