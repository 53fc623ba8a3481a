/**
 * The connection pool and transactions. Postgres is the truth: whatever must be right is decided here.
 * Every statement has a deadline, so a hung database turns into an error and not into a hung sign-in.
 */
import { DatabaseError, Pool, type PoolClient, type QueryResult, type QueryResultRow } from 'pg';

export type { Pool, PoolClient };

/** Anything that runs a statement: the pool, or a client inside a transaction. */
export interface Queryable {
  query<Row extends QueryResultRow>(text: string, values?: unknown[]): Promise<QueryResult<Row>>;
}

export const STATEMENT_TIMEOUT_MS = 1_000;

/** Opens a pool. `onError` hears of idle connections that broke; they are replaced by themselves. */
export function createPool(
  databaseUrl: string,
  options: { size: number; name: string; onError: (error: Error) => void; statementTimeoutMs?: number },
): Pool {
  const timeoutMs = options.statementTimeoutMs ?? STATEMENT_TIMEOUT_MS;
  const pool = new Pool({
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
