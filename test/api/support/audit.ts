/** "Exactly one terminal audit event per attempt", over every sign-in that a test file left behind. */
import type { Stack } from '../../support/stack';

const SQL = `
select s.id, s.state, count(a.id) filter (where a.terminal)::int as terminal, count(a.id)::int as events,
  (select m.state from mfa_sessions m where m.decision_id = s.id) as session
from sign_ins s left join audit_events a on a.decision_id = s.id
group by s.id`;

interface Row {
  readonly id: string;
  readonly state: string;
  readonly terminal: number;
  readonly events: number;
  readonly session: string | null;
}

/** Throws unless every ended sign-in has exactly one terminal event, every open one none, and sessions agree. */
export async function assertOneTerminalEventEach({ database }: Stack): Promise<void> {
  const { rows } = await database.pool.query<Row>(SQL);
  expect(rows.length).toBeGreaterThan(0);
  const wrong = rows.filter(({ state, terminal, events, session }) => {
    const isOpen = state === 'challenged';
    // The challenge of a decision that nobody waited for is taken back.
    const ended = state === 'abandoned' ? 'cancelled' : state;
    const sessionAgrees = isOpen ? session === 'pending' : session === null || session === ended;
    return terminal !== (isOpen ? 0 : 1) || events === 0 || !sessionAgrees;
  });
  expect(wrong).toEqual([]);
  const stray = await database.pool.query(
    `select id from audit_events where terminal and not exists (select 1 from sign_ins s where s.id = decision_id)`,
  );
  expect(stray.rows).toEqual([]);
}
