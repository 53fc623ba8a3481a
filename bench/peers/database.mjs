/** One database for each peer on the Postgres of the instance, made for the run and dropped after it. */
import pg from 'pg';

async function withClient(url, work) {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

export const query = async (url, text, values) =>
  withClient(url, async (client) => (await client.query(text, values)).rows);

/** @returns {Promise<{url: string, drop: () => Promise<void>}>} */
export async function makeDatabase(adminUrl, slug) {
  const name = `bench_${slug.replaceAll('-', '_')}`;
  const drop = () => query(adminUrl, `drop database if exists ${name}`);
  await drop();
  await query(adminUrl, `create database ${name}`);
  const url = new URL(adminUrl);
  url.pathname = `/${name}`;
  return { url: url.href, drop };
}

/** What decides how much a commit costs; it holds for all, as there is one server. */
export async function describePostgres(adminUrl) {
  const [{ version, fsync, commit }] = await query(
    adminUrl,
    `select current_setting('server_version') as version, current_setting('fsync') as fsync,
            current_setting('synchronous_commit') as commit`,
  );
  return { version, fsync, synchronousCommit: commit };
}
