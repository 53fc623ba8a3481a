import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { importsOf, ROOMS, violationsOf } from './import-law';

const ROOT = join(__dirname, '..', '..');

function sourceFiles(room: string): string[] {
  return readdirSync(join(ROOT, room), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

describe('the import law', () => {
  it.each(ROOMS)('is obeyed by every file of %s/', (room) => {
    const files = sourceFiles(room);
    expect(files.length).toBeGreaterThan(0);
    expect(files.flatMap((file) => violationsOf(file, readFileSync(join(ROOT, file), 'utf8')))).toEqual([]);
  });

  it('lets only the gateway to Temporal and the wiring of processes reach for a Temporal client', () => {
    const users = ROOMS.flatMap(sourceFiles).filter((file) =>
      importsOf(readFileSync(join(ROOT, file), 'utf8')).some(
        ({ from, typeOnly }) => from === '@temporalio/client' && !typeOnly,
      ),
    );
    const isWiring = (file: string) => /^(runtime|worker|processes)\//.test(file);
    expect(users.filter((file) => !isWiring(file))).toEqual([
      'api/temporal-decision.ts',
      'api/temporal-errors.ts',
    ]);
  });

  it.each([
    [
      'the domain reaching for a store',
      'domain/risk/score.ts',
      `import { findUser } from '../../storage/users';`,
    ],
    ['the domain reaching for a clock of Node', 'domain/ids.ts', `import { setTimeout } from 'node:timers';`],
    [
      'the domain reaching for a type of a store',
      'domain/ids.ts',
      `import type { Pool } from '../storage/postgres';`,
    ],
    ['crypto outside domain/credentials', 'domain/policy/decide.ts', `import { generate } from 'otplib';`],
    [
      'a workflow using the value of an activity',
      'workflows/sign-in.ts',
      `import { createActivities } from '../activities';`,
    ],
    [
      'a workflow using a value beside types',
      'workflows/sign-in.ts',
      `import { type A, b } from '../activities';`,
    ],
    [
      'a workflow reaching for a store',
      'workflows/sign-in.ts',
      `import type { Pool } from '../storage/postgres';`,
    ],
    ['a workflow reaching for Node', 'workflows/sign-in.ts', `import { randomUUID } from 'node:crypto';`],
    ['a workflow reaching for a library', 'workflows/sign-in.ts', `import ms from 'ms';`],
    [
      'a store knowing activities',
      'storage/users.ts',
      `import type { ActivityDeps } from '../activities/deps';`,
    ],
    ['a store speaking HTTP', 'storage/users.ts', `import { request } from 'node:http';`],
    ['an activity speaking SQL', 'activities/assess-risk.ts', `import { Client } from 'pg';`],
    [
      'an activity knowing a workflow',
      'activities/assess-risk.ts',
      `import { signIn } from '../workflows/sign-in';`,
    ],
    ['the network speaking SQL', 'network/geoip.ts', `import { Client } from 'pg';`],
    [
      'a route knowing a workflow',
      'api/routes/mfa/verify.ts',
      `import { signIn } from '../../../workflows/sign-in';`,
    ],
    [
      'a route calling an activity',
      'api/routes/mfa/verify.ts',
      `import { verify } from '../../../activities/verify-totp';`,
    ],
    ['a route speaking Redis', 'api/routes/mfa/verify.ts', `import Redis from 'ioredis';`],
    ['the worker knowing a route', 'worker/sweeper.ts', `import { buildApp } from '../api/app';`],
    [
      'the runtime knowing an activity',
      'runtime/deps.ts',
      `import type { ActivityDeps } from '../activities/deps';`,
    ],
    [
      'the product using a simulation',
      'worker/sweeper.ts',
      `import { simulate } from '../simulation/simulate';`,
    ],
    ['a simulation reaching for Node', 'simulation/simulate.ts', `import { randomInt } from 'node:crypto';`],
    ['a re-export', 'domain/ids.ts', `export { Pool } from 'pg';`],
    ['a dynamic import', 'domain/ids.ts', `export const load = () => import('../storage/users');`],
    ['a require', 'domain/ids.ts', `const users = require('../storage/users');`],
    ['an import type', 'domain/ids.ts', `export type Users = typeof import('../storage/users');`],
    ['an import for its effects', 'domain/ids.ts', `import '../storage/users';`],
    ['an import equals', 'domain/ids.ts', `import users = require('../storage/users');`],
    ['an import whose name is computed', 'domain/ids.ts', `const load = (name: string) => import(name);`],
  ])('finds %s', (_, file, source) => {
    expect(violationsOf(file, source)).toHaveLength(1);
  });

  it.each([
    ['domain/credentials/totp.ts', `import { generate } from 'otplib';`],
    ['domain/risk/score.ts', `import { LAW } from '../policy/policy';`],
    ['workflows/sign-in.ts', `import type { Activities } from '../activities';`],
    ['workflows/sign-in.ts', `import { type Activities } from '../activities';`],
    ['activities/verify-totp.ts', `import { signInWorkflowId } from '../workflows/messages';`],
    ['worker/build-workflow-bundle.ts', `const path = require.resolve('../workflows');`],
    ['domain/ids.ts', `// import { Pool } from 'pg';\nexport const text = "import 'pg'";`],
  ])('lets %s write %s', (file, source) => {
    expect(violationsOf(file, source)).toEqual([]);
  });
});
