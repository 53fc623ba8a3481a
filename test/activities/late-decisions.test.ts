/** Decisions that come after the caller was told 503: recorded as abandoned, and nobody gets in by them. */
import { randomUUID } from 'node:crypto';
import { totpCode } from '../support/totp';
import { startStack, type Stack } from '../support/stack';
import { createActors, type Person } from '../api/support/actors';
import { assertOneTerminalEventEach } from '../api/support/audit';

interface SignIn {
  readonly state: string;
  readonly outcome: string;
}

describe('a sign-in that no worker takes in time', () => {
  let idle: Stack;
  let working: Stack;
  beforeAll(async () => {
    idle = await startStack({ withoutWorker: true, impatient: true });
  });
  afterAll(async () => {
    await assertOneTerminalEventEach(idle);
    await working.stop();
    await idle.stop();
  });

  async function signInsOf({ userId }: Person): Promise<SignIn[]> {
    const { rows } = await idle.database.pool.query<SignIn>(
      `select state, outcome from sign_ins where user_id = $1 order by created_at`,
      [userId],
    );
    return rows;
  }

  /** Asks the database again until it has `count` sign-ins of the person. */
  async function untilRecorded(who: Person, count: number): Promise<SignIn[]> {
    for (const deadline = Date.now() + 20_000; Date.now() < deadline;) {
      const found = await signInsOf(who);
      if (found.length >= count) return found;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error('not recorded in time');
  }

  it('is 503; a late worker records it as abandoned, lets nobody in, and the same key works again', async () => {
    const actors = createActors(idle);
    const [who, known] = [await actors.person(), await actors.person()];
    const at = await actors.application({ mfaPolicy: 'never' });
    const headers = { 'idempotency-key': randomUUID() };
    const refused = await actors.check(who, {}, { headers, once: true });
    const refusedAllow = await actors.check(known, {}, { at, once: true });
    for (const answer of [refused, refusedAllow]) {
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).toBe('1');
    }
    expect(await signInsOf(who)).toEqual([]);

    working = await startStack({ beside: idle, withoutWorker: false });
    expect(await untilRecorded(who, 1)).toEqual([{ state: 'abandoned', outcome: 'none' }]);
    expect(await untilRecorded(known, 1)).toEqual([{ state: 'abandoned', outcome: 'none' }]);
    const { pool } = idle.database;
    for (const table of ['sessions', 'mfa_sessions', 'proofs']) {
      expect((await pool.query(`select 1 from ${table}`)).rows).toEqual([]);
    }

    const again = await actors.check(who, {}, { headers });
    expect(again.status).toBe(200);
    expect((await actors.verify(again, totpCode(who.totpSecret))).status).toBe(200);
    expect((await signInsOf(who)).map(({ state }) => state)).toEqual(['abandoned', 'verified']);
    const audit = await idle.call('GET', `/api/v1/admin/audit?userId=${known.userId}`, { as: 'operator' });
    expect(audit.body['events'][0]).toMatchObject({
      message: 'Sign-in abandoned: not answered in time',
      level: 'warn',
      terminal: true,
    });
  });
});
