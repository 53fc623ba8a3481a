/** The identities of the bench and their sessions; what the API would take minutes for goes into its tables. */
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { PASSWORD, expect } from '../people.mjs';

/** With more at once it refuses passwords. */
const CREATED_AT_ONCE = 100;

export const emailOf = (name) => `${name}@bench.test`;
const token = (prefix) => prefix + randomBytes(24).toString('base64url').replace(/[-_]/g, 'x');

async function createAll(admin, names, password) {
  const create = (name) => ({
    schema_id: 'default',
    traits: { email: emailOf(name) },
    credentials: { password: { config: password } },
  });
  const ids = [];
  for (let from = 0; from < names.length; from += CREATED_AT_ONCE) {
    const part = names.slice(from, from + CREATED_AT_ONCE);
    const response = await fetch(`${admin}/admin/identities`, {
      method: 'PATCH',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ identities: part.map((name) => ({ create: create(name) })) }),
    });
    const text = await response.text();
    const made = response.ok ? JSON.parse(text).identities : [];
    expect(made.length === part.length && made.every(({ identity }) => identity), response, text);
    ids.push(...made.map(({ identity }) => identity));
  }
  return ids;
}

async function addTotp(pool, people) {
  const urls = people.map(
    ({ name, totpSecret }) =>
      `otpauth://totp/bench:${emailOf(name)}?algorithm=SHA1&digits=6&issuer=bench&period=30&secret=${totpSecret}`,
  );
  await pool.query(
    `with owner as (select id, nid, totp_url from identities join unnest($1::uuid[], $2::text[]) as given (id, totp_url) using (id)),
          kind as (select id from identity_credential_types where name = 'totp'),
          made as (insert into identity_credentials
                     (id, config, identity_credential_type_id, identity_id, created_at, updated_at, nid, version)
                   select gen_random_uuid(), jsonb_build_object('totp_url', totp_url), kind.id, owner.id, now(), now(), nid, 0
                     from owner, kind returning id, identity_id, nid, identity_credential_type_id)
     insert into identity_credential_identifiers
       (id, identifier, identity_credential_id, created_at, updated_at, nid, identity_credential_type_id)
     select gen_random_uuid(), identity_id, id, now(), now(), nid, identity_credential_type_id from made`,
    [people.map(({ id }) => id), urls],
  );
  // Kept from before there was a second factor; it is found anew.
  await pool.query('update identities set available_aal = null');
}

/**
 * A session after the password for each of these, as copies of one that a login made: a login costs 0.25 s.
 * @returns {Promise<string[]>} their tokens
 */
async function copySessions(pool, ids, template) {
  const tokens = ids.map(() => token('ory_st_'));
  await pool.query(
    `insert into sessions (id, issued_at, expires_at, authenticated_at, identity_id, created_at, updated_at, token,
                           active, nid, logout_token, aal, authentication_methods)
     select gen_random_uuid(), issued_at, expires_at, authenticated_at, given.id, created_at, updated_at, given.token,
            active, nid, given.logout_token, aal, authentication_methods
       from sessions, unnest($1::uuid[], $2::text[], $3::text[]) as given (id, token, logout_token)
      where sessions.token = $4`,
    [ids, tokens, ids.map(() => token('ory_lo_')), template],
  );
  return tokens;
}

/**
 * Each person twice: with a TOTP secret, and as `plain-…` without one.
 * @param {{admin: string, database: string, people: object[], login: (name: string) => Promise<string>}} options
 */
export async function makeIdentities({ admin, database, people, login }) {
  const pool = new pg.Pool({ connectionString: database, max: 4 });
  const [seed] = await createAll(admin, ['seed'], { password: PASSWORD });
  const { rows } = await pool.query(
    `select config->>'hashed_password' as hash from identity_credentials where identity_id = $1 and config ? 'hashed_password'`,
    [seed],
  );
  const template = await login('seed');
  const names = people.flatMap(({ name }) => [name, `plain-${name}`]);
  const ids = await createAll(admin, names, { hashed_password: rows[0].hash });
  const withIds = people.map((person, index) => ({
    ...person,
    id: ids[2 * index],
    plainId: ids[2 * index + 1],
  }));
  await addTotp(pool, withIds);
  await pool.query('analyze');
  return {
    people: withIds,
    sessions: (sessionIds) => copySessions(pool, sessionIds, template),
    close: () => pool.end(),
  };
}
