/** From the cost of one sign-in to what so many a second need. */

/** Shares of sign-ins, by how they are answered. What is not let in at once is challenged and verified. */
export const MIX = { skip: 0.85, totp: 0.15 };
/** How busy a core, a disk or a shard is planned to be: the rest is for peaks and for the loss of a machine. */
export const BUSY = 0.5;
/** Stored states of a workflow: the start with its first task and the end of that task; a challenge has three tasks more. */
export const WORKFLOW_WRITES = { skip: 2, totp: 6 };
/** How long a challenge waits for its answer, and how long Temporal keeps what has ended. */
const ANSWERED_WITHIN_SECONDS = 20;
const RETENTION_DAYS = 1;
const DECISIONS_DAYS = 90;
const SECONDS_A_DAY = 86_400;

const mixed = (of) => Object.entries(MIX).reduce((sum, [kind, share]) => sum + share * of(kind), 0);

/** The cost of a whole sign-in: one by TOTP is a challenge and its answer. */
function costOf(kinds, kind) {
  const find = (name) => kinds.find((one) => one.name === name);
  const parts = kind === 'totp' ? [find('challenge'), find('totp')] : [find(kind)];
  const sum = (of) => parts.reduce((total, part) => total + of(part), 0);
  return {
    cpu: (...processes) => sum(({ cpu }) => processes.reduce((total, name) => total + cpu[name], 0)),
    statements: sum(({ cost }) => cost.statements.api + cost.statements.worker),
    redisCommands: sum(({ cost }) => cost.redisCommands),
    historyBytes: parts.at(-1).cost.history.bytes,
    historyEvents: parts.at(-1).cost.history.events,
  };
}

const SIGN_IN_TABLES = ['sign_ins', 'audit_events', 'sessions', 'mfa_sessions', 'mfa_attempts', 'proofs'];

/** @param {number} rate sign-ins a second */
export function demandOf(rate, kinds, growth) {
  const average = (of) => mixed((kind) => of(costOf(kinds, kind), kind));
  const cores = (...processes) => (rate * average((cost) => cost.cpu(...processes))) / 1_000 / BUSY;
  const rowBytes = mixed((kind) => SIGN_IN_TABLES.reduce((sum, table) => sum + growth[kind][table], 0));
  const historyBytes = average((cost) => cost.historyBytes);
  return {
    rate,
    cores: {
      apiAndWorker: cores('api', 'worker'),
      temporal: cores('temporal'),
      postgres: cores('postgres'),
      redis: cores('redis'),
    },
    postgres: {
      statements: rate * average((cost) => cost.statements),
      walMegabytes: (rate * mixed((kind) => Math.max(0, growth[kind].wal))) / 1e6,
      gigabytesADay: (rate * rowBytes * SECONDS_A_DAY) / 1e9,
      terabytesKept: (rate * rowBytes * SECONDS_A_DAY * DECISIONS_DAYS) / 1e12,
    },
    redisCommands: rate * average((cost) => cost.redisCommands),
    temporal: {
      writes: rate * mixed((kind) => WORKFLOW_WRITES[kind]),
      events: rate * average((cost) => cost.historyEvents),
      openFlows: rate * MIX.totp * ANSWERED_WITHIN_SECONDS,
      gigabytesKept: (rate * historyBytes * SECONDS_A_DAY * RETENTION_DAYS) / 1e9,
    },
  };
}
