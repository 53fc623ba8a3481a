/**
 * Seeds a fresh instance: organization, four portals, operator account, demo application and user, admin user.
 * Reads secrets as JSON on standard input and answers the ids on standard output. Running it again
 * only makes the given client secrets the valid ones.
 */
import { text } from 'node:stream/consumers';
import { digestClientSecret } from '../api/client-authentication';
import { createUser } from '../api/create-user';
import { DEFAULT_SCOPES, PERMISSIONS } from '../domain/access/permissions';
import { PORTAL_CLIENT_IDS } from '../domain/policy/policy';
import { loadConfig } from '../runtime/config';
import { createBaseDeps, type BaseDeps } from '../runtime/deps';
import { insertApplication, replaceClientSecret } from '../storage/applications';
import { ensureOrganization } from '../storage/organizations';
import { findUserByLogin } from '../storage/users';

export const FIRST_ORGANIZATION_ID = 'org_AAAAAAAAAAAAAAAAAAAAAA';

/** Seeded passwords are generated, not chosen: a longer minimum for people does not apply to them. */
const GENERATED_PASSWORDS = { PASSWORD_MIN_LENGTH: 8 };

interface SeedSecrets {
  readonly operator: { readonly clientSecret: string };
  readonly demo: { readonly clientSecret: string; readonly password: string; readonly totpSecret: string };
  readonly admin: { readonly password: string; readonly totpSecret: string };
}

interface SeededClient {
  readonly clientId: string;
  readonly name: string;
  readonly secret: string | undefined;
  readonly scopes: readonly string[];
  readonly settings?: object;
}

/** Seeds everything; returns the users' ids. */
export async function seed(deps: BaseDeps, secrets: SeedSecrets) {
  await ensureOrganization(deps.pool, { id: FIRST_ORGANIZATION_ID, name: 'ZewstID' });
  const portals = PORTAL_CLIENT_IDS.map((clientId) => ({
    clientId,
    name: titleOf(clientId),
    secret: undefined,
    scopes: [],
  }));
  await seedClients(deps, [
    ...portals,
    { clientId: 'operator', name: 'Operator', secret: secrets.operator.clientSecret, scopes: PERMISSIONS },
    {
      clientId: 'demo-shop',
      name: 'Demo Shop',
      secret: secrets.demo.clientSecret,
      scopes: DEFAULT_SCOPES,
      // Of `examples/shop`.
      settings: { stepUpActions: { 'add-passkey': { maxAge: 300 } } },
    },
  ]);
  return {
    demo: { userId: await seedUser(deps, { login: 'demo', ...secrets.demo, roles: ['user'] }) },
    admin: { userId: await seedUser(deps, { login: 'admin', ...secrets.admin, roles: ['platform-admin'] }) },
  };
}

async function seedClients({ pool, keys }: BaseDeps, clients: readonly SeededClient[]): Promise<void> {
  for (const { clientId, name, secret, scopes, settings = {} } of clients) {
    const credential =
      secret === undefined
        ? undefined
        : { digest: digestClientSecret(keys, { clientId, secret }), keyId: keys.currentId };
    const inserted = await insertApplication(pool, {
      clientId,
      organizationId: FIRST_ORGANIZATION_ID,
      name,
      secret: credential,
      scopes,
      mfaPolicy: 'smart',
      settings,
      redirectUris: [],
    });
    // The instance file promises working secrets, also beside a database that was seeded with other ones.
    if (!inserted && credential) await replaceClientSecret(pool, clientId, credential);
  }
}

async function seedUser(
  deps: BaseDeps,
  user: { login: string; password: string; totpSecret: string; roles: readonly string[] },
): Promise<string> {
  const existing = await findUserByLogin(deps.pool, FIRST_ORGANIZATION_ID, user.login);
  if (existing) return existing.id;
  const { login, password, totpSecret, roles } = user;
  const context = {
    organizationId: FIRST_ORGANIZATION_ID,
    clientId: 'operator',
    by: 'operator',
    event: 'user.created',
  } as const;
  const input = { login, password, totpSecret, roles, email: `${login}@example.org` };
  const created = await createUser({ ...deps, config: GENERATED_PASSWORDS }, input, context);
  if (!created.ok) throw new Error(`seed user refused: ${created.code}`);
  return created.user.id;
}

function titleOf(clientId: string): string {
  return clientId
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');
}

async function main(): Promise<void> {
  const config = loadConfig({ TEMPORAL_ADDRESS: 'unused', ...process.env, LOG_LEVEL: 'silent' });
  const deps = await createBaseDeps(config, 'seed');
  try {
    const secrets = JSON.parse(await text(process.stdin)) as SeedSecrets;
    process.stdout.write(`${JSON.stringify(await seed(deps, secrets))}\n`);
  } finally {
    await deps.close();
  }
}

if (require.main === module) {
  main().catch((error: unknown) => {
    process.stderr.write(`seed failed: ${error instanceof Error ? error.message : 'unknown error'}\n`);
    process.exitCode = 1;
  });
}
