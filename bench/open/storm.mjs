/**
 * One deadline for all: while it is set, every challenge opened ends at that moment, however long opening took. The
 * workflow's timer follows the row of the session, so a trigger on its table is enough.
 */
import pg from 'pg';
import { watchMemory } from '../load/memory.mjs';
import { atRate } from '../load/rate.mjs';
import { percentile, rounded } from '../sign-in/measure.mjs';
import { check } from '../sign-in/people.mjs';

const PER_SECOND = 2;
const GIVEN_UP_AFTER_MS = 1_200_000;
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));

const OPEN = `select count(*)::int as open from mfa_sessions where state = 'pending' and expires_at = $1`;
const ENDED = `select count(distinct s.id_hash)::int as sessions, count(e.id)::int as "terminalEvents"
  from mfa_sessions s left join audit_events e on e.decision_id = s.decision_id and e.terminal
  where s.state = 'expired' and s.expires_at = $1`;

/** @returns {Promise<{at: Date, stop(): Promise<void>}>} */
export async function setCommonDeadline(instance, inMs) {
  const at = new Date(Date.now() + inMs);
  const db = new pg.Client(instance.postgres);
  await db.connect();
  await db.query(`create function bench_deadline() returns trigger language plpgsql as
    $$ begin new.expires_at := greatest(timestamptz '${at.toISOString()}', now() + interval '60 s'); return new; end $$;
    create trigger bench_deadline before insert on mfa_sessions for each row execute function bench_deadline()`);
  return {
    at,
    open: async () => (await db.query(OPEN, [at])).rows[0].open,
    ended: async () => (await db.query(ENDED, [at])).rows[0],
    /** New challenges end after 300 s again. */
    lift: () => db.query('drop trigger bench_deadline on mfa_sessions'),
    stop: () => db.end(),
  };
}

/** People who sign in all the while, until told to stop. */
async function signInsUntil(call, settled, isOver) {
  const answers = [];
  const send = async (index) => {
    try {
      await check(call, settled[index % settled.length]);
      return { status: 200 };
    } catch (error) {
      return { status: Number(/: (\d{3}) /.exec(error.message)?.[1] ?? 0) };
    }
  };
  while (!isOver()) answers.push(...(await atRate(send, { perSecond: PER_SECOND, seconds: 2 })));
  const times = answers.filter(({ status }) => status === 200).map(({ ms }) => ms);
  const of = (p) => (times.length === 0 ? null : rounded(percentile(times, p)));
  return { perSecond: PER_SECOND, asked: answers.length, letIn: times.length, p50: of(50), p99: of(99) };
}

async function untilNobodyWaits(deadline) {
  const remaining = [];
  for (;;) {
    const open = await deadline.open();
    const seconds = rounded((Date.now() - deadline.at.getTime()) / 1_000);
    remaining.push({ seconds, open });
    if (open === 0) return { seconds, remaining };
    if (seconds * 1_000 > GIVEN_UP_AFTER_MS) return { seconds: null, remaining };
    await pause(1_000);
  }
}

/** @param {{call: Function, deadline: object, settled: object[], say(text: string): void}} how */
export async function measureStorm(instance, { call, deadline, settled, say }) {
  await deadline.lift();
  const waitMs = deadline.at.getTime() - Date.now();
  say(`waiting for the deadline, ${Math.round(waitMs / 1_000)} s`);
  await pause(waitMs);
  const open = await deadline.open();
  const memory = watchMemory(instance);
  let isOver = false;
  const signIns = signInsUntil(call, settled, () => isOver);
  const ended = await untilNobodyWaits(deadline).finally(() => (isOver = true));
  const storm = { open, ...ended, ...(await deadline.ended()), signIns: await signIns };
  return { ...storm, memoryMib: memory.stop() };
}
