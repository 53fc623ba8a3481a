/** A realm with three direct grants (decide by an attribute, code only, password and code) and its people. */
import { URLSearchParams } from 'node:url';
import { query } from '../database.mjs';
import { PASSWORD, expect } from '../people.mjs';

const IMPORTED_AT_ONCE = 500;
/** Below the minute that an access token of the admin client lives. */
const TOKEN_MS = 40_000;

const REALM = {
  realm: 'bench',
  enabled: true,
  sslRequired: 'none',
  eventsEnabled: true,
  eventsExpiration: 86_400,
  enabledEventTypes: ['LOGIN', 'LOGIN_ERROR'],
  bruteForceProtected: true,
  failureFactor: 30,
  otpPolicyType: 'totp',
  otpPolicyAlgorithm: 'HmacSHA1',
  otpPolicyDigits: 6,
  otpPolicyPeriod: 30,
  otpPolicyLookAheadWindow: 1,
  otpPolicyCodeReusable: false,
};

function createAdmin(base, { name, password }) {
  let token;
  let tokenAt = 0;
  async function renew() {
    const response = await fetch(`${base}/realms/master/protocol/openid-connect/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'password', client_id: 'admin-cli', username: name, password }),
    });
    token = (await response.json()).access_token;
    tokenAt = Date.now();
  }
  return async function admin(method, path, body) {
    if (Date.now() - tokenAt > TOKEN_MS) await renew();
    const response = await fetch(`${base}/admin/realms${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: body && JSON.stringify(body),
    });
    const text = await response.text();
    expect(response.ok, response, text);
    return text ? JSON.parse(text) : undefined;
  };
}

function flowMaker(admin) {
  const flows = '/bench/authentication/flows';
  const executions = (flow) => admin('GET', `${flows}/${flow}/executions`);
  async function require(flow, { is, requirement = 'REQUIRED' }) {
    const found = (await executions(flow)).filter(is).pop();
    await admin('PUT', `${flows}/${flow}/executions`, { ...found, requirement });
    return found;
  }
  return {
    async flow(alias, steps) {
      await admin('POST', flows, { alias, providerId: 'basic-flow', topLevel: true, builtIn: false });
      for (const step of steps) await step(alias);
    },
    step: (provider, config) => async (flow) => {
      await admin('POST', `${flows}/${flow}/executions/execution`, { provider });
      const { id } = await require(flow, { is: ({ providerId }) => providerId === provider });
      if (config) await admin('POST', `/bench/authentication/executions/${id}/config`, config);
    },
    when: (alias, steps) => async (flow) => {
      const type = { alias, type: 'basic-flow', provider: 'registration-page-form' };
      await admin('POST', `${flows}/${flow}/executions/flow`, type);
      await require(flow, { is: ({ displayName }) => displayName === alias, requirement: 'CONDITIONAL' });
      for (const step of steps) await step(alias);
    },
  };
}

async function makeFlows(admin) {
  const { flow, step, when } = flowMaker(admin);
  const [user, otp] = [step('direct-grant-validate-username'), step('direct-grant-validate-otp')];
  const atRisk = step('conditional-user-attribute', {
    alias: 'at-risk',
    config: {
      attribute_name: 'risk',
      attribute_expected_value: 'high',
      not: 'false',
      include_group_attributes: 'false',
    },
  });
  await flow('grant-otp', [user, otp]);
  await flow('grant-decide', [user, when('grant-decide-mfa', [atRisk, otp])]);
  const made = await admin('GET', '/bench/authentication/flows');
  const idOf = (alias) => made.find((one) => one.alias === alias).id;
  for (const [clientId, alias] of Object.entries({
    otp: 'grant-otp',
    decide: 'grant-decide',
    password: null,
  }))
    await admin('POST', '/bench/clients', {
      clientId,
      enabled: true,
      publicClient: true,
      directAccessGrantsEnabled: true,
      standardFlowEnabled: false,
      protocol: 'openid-connect',
      authenticationFlowBindingOverrides: alias ? { direct_grant: idOf(alias) } : {},
    });
}

/** Hashed once by Keycloak itself: hashing each anew would take minutes. */
async function hashedPassword(admin, database) {
  await admin('POST', '/bench/users', {
    username: 'seed',
    enabled: true,
    email: 'seed@bench.test',
    firstName: 's',
    lastName: 's',
    credentials: [{ type: 'password', value: PASSWORD, temporary: false }],
  });
  const [row] = await query(
    database,
    `select secret_data, credential_data from credential join user_entity u on u.id = user_id
      where u.username = 'seed' and type = 'password'`,
  );
  return { type: 'password', secretData: row.secret_data, credentialData: row.credential_data };
}

const TOTP = { subType: 'totp', digits: 6, counter: 0, period: 30, algorithm: 'HmacSHA1' };

function userOf({ name, secret }, password) {
  const otp = {
    type: 'otp',
    secretData: JSON.stringify({ value: secret }),
    credentialData: JSON.stringify(TOTP),
  };
  return {
    username: name,
    enabled: true,
    email: `${name}@bench.test`,
    emailVerified: true,
    firstName: 'p',
    lastName: name,
    attributes: { risk: ['low'] },
    credentials: [password, otp],
  };
}

export async function makeRealm({ base, admin: account, database, people }) {
  const admin = createAdmin(base, account);
  await admin('POST', '', REALM);
  await makeFlows(admin);
  const profile = await admin('GET', '/bench/users/profile');
  await admin('PUT', '/bench/users/profile', { ...profile, unmanagedAttributePolicy: 'ENABLED' });
  const password = await hashedPassword(admin, database);
  for (let from = 0; from < people.length; from += IMPORTED_AT_ONCE) {
    const users = people.slice(from, from + IMPORTED_AT_ONCE).map((person) => userOf(person, password));
    const { added } = await admin('POST', '/bench/partialImport', { ifResourceExists: 'FAIL', users });
    if (added !== users.length) throw new Error(`Keycloak took ${added} of ${users.length} people`);
  }
  await query(database, 'analyze');
}
