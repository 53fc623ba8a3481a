/**
 * Brings the database to the newest schema: plain numbered SQL files in `storage/migrations`, applied in order
 * under an advisory lock, each in its own transaction. Run as a program it migrates `DATABASE_URL`.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder that holds `package.json`, seen from a source file or from its build in `dist/`. */
function packageRoot(): string {
  let folder = __dirname;
  while (!existsSync(join(folder, 'package.json'))) folder = dirname(folder);
  return folder;
}

/** Applies what is missing; returns the names of the migrations that ran. Safe to run by many processes at once. */
export async function migrate(databaseUrl: string): Promise<string[]> {
  const { runner } = await import('node-pg-migrate');
  const applied = await runner({
    databaseUrl,
    dir: join(packageRoot(), 'storage', 'migrations'),
    direction: 'up',
    migrationsTable: 'schema_migrations',
    checkOrder: true,
    log: () => undefined,
  });
  return applied.map((migration) => migration.name);
}

if (require.main === module) {
  const databaseUrl = process.env['DATABASE_URL'];
  if (!databaseUrl) throw new Error('DATABASE_URL is not set');
  void migrate(databaseUrl).then((names) => {
    process.stdout.write(`${names.length === 0 ? 'schema is current' : `applied ${names.join(', ')}`}\n`);
  });
}
