/** Keycloak from Maven Central, in production mode, by direct grants: each answer brings tokens and an event row. */
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { URLSearchParams } from 'node:url';
import { makeRealm } from './keycloak/realm.mjs';
import { PASSWORD, direct, expect, freshCode, takingTurns } from './people.mjs';
import { freePort, run, serve } from './processes.mjs';

const version = '26.7.3';
const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy';
const ADMIN = { name: 'admin', password: 'bench-only-admin' };
const HEAP = '-Xms512m -Xmx1500m';

async function install({ folder, log }) {
  const home = join(folder, `keycloak-${version}`);
  if (existsSync(home)) return;
  const options = { cwd: folder, log };
  const artifact = `org.keycloak:keycloak-quarkus-dist:${version}:tar.gz`;
  await run('mvn', ['-q', '-B', COPY, `-Dartifact=${artifact}`, '-DoutputDirectory=.'], options);
  // Made elsewhere and moved, so that a broken-off installation is never used.
  const draft = join(folder, 'draft');
  mkdirSync(draft, { recursive: true });
  const archive = `keycloak-quarkus-dist-${version}.tar.gz`;
  await run('tar', ['xzf', archive, '-C', 'draft'], options);
  const unpacked = join(draft, `keycloak-${version}`);
  const build = ['build', '--db=postgres', '--health-enabled=true', '--metrics-enabled=false'];
  await run(join(unpacked, 'bin', 'kc.sh'), build, options);
  renameSync(unpacked, home);
  for (const left of [draft, join(folder, archive)]) rmSync(left, { recursive: true });
}

async function startServer({ folder, database, log }) {
  const [port, managementPort] = [await freePort(), await freePort()];
  const { hostname, port: databasePort, pathname, username, password } = new URL(database);
  const base = `http://127.0.0.1:${port}`;
  const args = [
    ...[
      'start',
      '--optimized',
      '--cache=local',
      `--db-url=jdbc:postgresql://${hostname}:${databasePort}${pathname}`,
    ],
    ...['--db-pool-initial-size=16', '--db-pool-min-size=16', '--db-pool-max-size=40'],
    ...['--http-enabled=true', '--http-host=127.0.0.1', `--http-port=${port}`],
    ...[`--http-management-port=${managementPort}`, '--hostname-strict=false'],
  ];
  const { stop } = await serve({
    command: join(folder, `keycloak-${version}`, 'bin', 'kc.sh'),
    args,
    cwd: folder,
    log,
    ready: `${base}/realms/master`,
    env: {
      KC_BOOTSTRAP_ADMIN_USERNAME: ADMIN.name,
      KC_BOOTSTRAP_ADMIN_PASSWORD: ADMIN.password,
      KC_DB_USERNAME: username,
      KC_DB_PASSWORD: decodeURIComponent(password),
      JAVA_OPTS_KC_HEAP: HEAP,
    },
  });
  return { base, stop };
}

/** One direct grant; resolves when tokens came, else throws. */
const granting = (base) => async (client, name, proofs) => {
  const response = await fetch(`${base}/realms/bench/protocol/openid-connect/token`, {
    method: 'POST',
    body: new URLSearchParams({ grant_type: 'password', client_id: client, username: name, ...proofs }),
  });
  const text = await response.text();
  expect(response.ok && JSON.parse(text).access_token, response, text);
};

export const keycloak = {
  slug: 'keycloak',
  name: 'Keycloak',
  version,
  hash: 'argon2id (7 MiB, 5 passes)',
  programs: ['java', 'mvn', 'tar'],
  install,

  async start({ folder, database, people, log }) {
    const { base, stop } = await startServer({ folder, database, log });
    try {
      await makeRealm({ base, admin: ADMIN, database, people });
    } catch (error) {
      await stop();
      throw error;
    }
    const take = takingTurns(people.slice(1));
    const grant = granting(base);
    return {
      kinds: {
        'let-in': direct(take, ({ name }) => grant('decide', name, {})),
        totp: direct(take, (person) => grant('otp', person.name, { totp: freshCode(person) })),
        password: direct(take, (person) =>
          grant('password', person.name, { password: PASSWORD, totp: freshCode(person) }),
        ),
      },
      tryCode: (code) =>
        grant('otp', people[0].name, { totp: code }).then(
          () => true,
          () => false,
        ),
      stop,
    };
  },
};
