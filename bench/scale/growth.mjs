/** What sign-ins leave behind: bytes of tables and of the write-ahead log in Postgres, memory in Redis. */
import { Redis } from 'ioredis';
import pg from 'pg';
import { createCaller } from '../sign-in/caller.mjs';
import { openInstance } from '../sign-in/instance.mjs';
import { throughput } from '../sign-in/measure.mjs';
import { challenged, createPeople, settle, skipped, verify } from '../sign-in/people.mjs';

const AT_A_TIME = 8;
const TABLES = [
  'sign_ins',
  'audit_events',
  'sessions',
  'mfa_sessions',
  'mfa_attempts',
  'proofs',
  'risk_profiles',
];

async function standing(db, redis) {
  const sizes = TABLES.map((table) => `pg_total_relation_size('${table}')::float8 as ${table}`).join(', ');
  const { rows } = await db.query(
    `select ${sizes}, (pg_current_wal_insert_lsn() - '0/0'::pg_lsn)::float8 as wal from (select 1) one`,
  );
  const memory = await redis.info('memory');
  return { ...rows[0], redis: Number(/used_memory_dataset:(\d+)/.exec(memory)?.[1] ?? NaN) };
}

const perSignIn = (before, after, count) =>
  Object.fromEntries(Object.keys(after).map((key) => [key, Math.round((after[key] - before[key]) / count)]));

/** @param {number} count sign-ins of each kind */
export async function measureGrowth(root, count, bringUp) {
  const instance = await bringUp(() => openInstance(root));
  const call = createCaller(instance);
  const db = new pg.Client(instance.postgres);
  await db.connect();
  const redis = new Redis(instance.redis);
  try {
    const settled = await settle(call, await createPeople(call, Math.ceil(count / 4)));
    const others = await createPeople(call, count);
    const skip = Array.from({ length: count }, (_, n) => () => skipped(call, settled[n % settled.length]));
    const totp = others.map((person) => async () => verify(call, await challenged(call, person), person));
    const first = await standing(db, redis);
    await throughput(skip, AT_A_TIME);
    const second = await standing(db, redis);
    await throughput(totp, AT_A_TIME);
    const third = await standing(db, redis);
    return { count, skip: perSignIn(first, second, count), totp: perSignIn(second, third, count) };
  } finally {
    redis.disconnect();
    await db.end();
  }
}
