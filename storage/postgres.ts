/**
 * The connection pool and transactions. Postgres is the truth: whatever must be right is decided here.
 * Every statement has a deadline, so a hung database turns into an error and not into a hung sign-in.
 */
import {
  Client,
  DatabaseError,
  Pool,
  type PoolClient,
  type QueryConfig,
  type QueryResult,
  type QueryResultRow,
} from 'pg';

export type { Pool, PoolClient };

/** Anything that runs a statement: the pool, or a client inside a transaction. */
export interface Queryable {
  query<Row extends QueryResultRow>(text: string, values?: unknown[]): Promise<QueryResult<Row>>;
}

export const STATEMENT_TIMEOUT_MS = 1_000;

/** Names of prepared statements by their text. */
const PREPARED = new Map<string, string>();

/** Marks a statement that sign-ins run all the time: each connection has it parsed and planned once. Returns it. */
export function prepared(text: string): string {
  if (!PREPARED.has(text)) PREPARED.set(text, `hot_${PREPARED.size + 1}`);
  return text;
}

type Ask = (config: string | QueryConfig, ...rest: unknown[]) => never;

/** Runs statements that were marked by `prepared` as prepared ones. */
class PreparingClient extends Client {
  constructor(...options: ConstructorParameters<typeof Client>) {
    super(...options);
    const ask = this.query.bind(this) as Ask;
    this.query = ((text: string | QueryConfig, values: unknown, ...rest: unknown[]) => {
      const name = typeof text === 'string' && Array.isArray(values) ? PREPARED.get(text) : undefined;
      return name === undefined
        ? ask(text, values, ...rest)
        : ask({ name, text, values } as QueryConfig, ...rest);
    }) as unknown as typeof this.query;
  }
}

/** Opens a pool. `onError` hears of idle connections that broke; they are replaced by themselves. */
export function createPool(
  databaseUrl: string,
  options: { size: number; name: string; onError: (error: Error) => void; statementTimeoutMs?: number },
): Pool {
  const timeoutMs = options.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS;
  const pool = new Pool({
    Client: PreparingClient,
    connectionString: databaseUrl,
    max: options.size,
    application_name: options.name,
    connectionTimeoutMillis: timeoutMs,
    statement_timeout: timeoutMs,
    query_timeout: timeoutMs + 250,
    idle_in_transaction_session_timeout: 5_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
  });
  pool.on('error', options.onError);
  return pool;
}

/** Runs `work` in one transaction (READ COMMITTED); rolls back and rethrows when it throws. */
export async function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  // A connection that dies between two statements says so by an event; unheard, it would end the process.
  const onError = (error: Error) => (broken = error);
  client.on('error', onError);
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (error) {
    await client.query('rollback').catch((failure: unknown) => {
      broken = failure instanceof Error ? failure : new Error('rollback failed');
    });
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}

/** The first row, or `undefined`. */
export function firstRow<Row extends QueryResultRow>(result: QueryResult<Row>): Row | undefined {
  return result.rows[0];
}

/** Connection failures, timeouts and server errors: whatever means "Postgres cannot do this now". */
export function isStoreOutage(error: unknown): boolean {
  if (error instanceof DatabaseError) return true;
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  if (code !== undefined && /^(ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|ENOENT)/.test(code))
    return true;
  return OUTAGE_MESSAGES.test(error.message);
}

/** pg has no codes for these. */
const OUTAGE_MESSAGES =
  /^(timeout exceeded when trying to connect|Query read timeout|Connection terminated|Client has encountered a connection error|Cannot use a pool after)/;
