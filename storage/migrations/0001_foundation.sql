-- Up Migration

create table organizations (
  id text primary key,
  name text not null,
  suspended boolean not null default false,
  created_at timestamptz not null default now()
);

create table users (
  id text primary key,
  organization_id text not null references organizations (id),
  login text not null,
  email text,
  external_id text,
  password_hash text,
  status text not null default 'active' check (status in ('active', 'disabled')),
  roles text[] not null default '{}',
  groups text[] not null default '{}',
  created_at timestamptz not null default now()
);
create unique index users_login_key on users (organization_id, lower(login));
create unique index users_external_id_key on users (organization_id, external_id) where external_id is not null;
create index users_page on users (organization_id, id);

create table applications (
  client_id text primary key,
  organization_id text not null references organizations (id),
  name text not null,
  secret_digest bytea,
  secret_key_id text,
  scopes text[] not null default '{}',
  mfa_policy text not null default 'smart' check (mfa_policy in ('smart', 'always', 'never')),
  settings jsonb not null default '{}',
  redirect_uris text[] not null default '{}',
  version integer not null default 1,
  active boolean not null default true,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create index applications_page on applications (organization_id, client_id);

-- One row per user. Null means: no completed sign-in yet.
create table risk_profiles (
  user_id text primary key references users (id) on delete cascade,
  profile jsonb,
  updated_at timestamptz not null default now()
);

create table totp_authenticators (
  id text primary key,
  user_id text not null references users (id) on delete cascade,
  name text not null default 'Authenticator app',
  sealed_seed bytea not null,
  seed_key_id text not null,
  state text not null check (state in ('pending', 'active', 'disabled')),
  -- The newest accepted time step (RFC 6238 §5.2); a code of this step or an older one is a replay.
  last_step bigint not null default -1,
  confirm_attempts integer not null default 0,
  created_at timestamptz not null default now(),
  confirmed_at timestamptz
);
create index totp_authenticators_user on totp_authenticators (user_id, state);

-- Account-wide guessing guard, one row a lane: 5 free tries, then a growing delay, then the lane is closed.
create table mfa_guards (
  user_id text not null references users (id) on delete cascade,
  lane text not null check (lane in ('trusted', 'untrusted')),
  consecutive_failures integer not null default 0,
  next_try_at timestamptz not null default '-infinity',
  primary key (user_id, lane)
);

-- One row a sign-in: what was seen, assessed and decided. Written once, by the workflow named in it;
-- afterwards only `state`, `session_id` and `ended_at` move.
create table sign_ins (
  id text primary key,
  workflow_id text not null unique,
  created_at timestamptz not null default now(),
  user_id text not null,
  client_id text not null,
  organization_id text not null,
  policy text not null,
  policy_version integer,
  -- `none`: nothing was decided in time (state `abandoned`).
  outcome text not null check (outcome in ('allow', 'challenge', 'block', 'none')),
  reason text not null,
  risk_score integer,
  assessment jsonb not null,
  facts jsonb,
  enrollment text not null,
  methods jsonb not null default '{}',
  first_factor text not null default 'password',
  external_session_id text,
  session_id_hash text not null,
  session_id text,
  state text not null,
  ended_at timestamptz
);
create index sign_ins_page on sign_ins (organization_id, created_at desc, id desc);
create index sign_ins_user on sign_ins (user_id, created_at desc, id desc);

create table mfa_sessions (
  id_hash text primary key,
  purpose text not null check (purpose in ('sign-in', 'step-up')),
  user_id text not null references users (id) on delete cascade,
  client_id text not null,
  decision_id text not null,
  state text not null default 'pending'
    check (state in ('pending', 'verified', 'expired', 'dead', 'cancelled', 'superseded')),
  attempts integer not null default 0,
  lane text not null check (lane in ('trusted', 'untrusted')),
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  ended_at timestamptz
);
create index mfa_sessions_open on mfa_sessions (user_id, created_at) where state = 'pending';
create index mfa_sessions_overdue on mfa_sessions (expires_at) where state = 'pending';

-- One row an answer. `outcome` is null between the charge and the verdict; a re-run after a crash reads it.
create table mfa_attempts (
  attempt_id text primary key,
  session_id_hash text not null references mfa_sessions (id_hash) on delete cascade,
  method text not null,
  digest bytea,
  digest_key_id text,
  charged boolean not null default false,
  outcome jsonb,
  created_at timestamptz not null default now()
);
create index mfa_attempts_session on mfa_attempts (session_id_hash);

create table sessions (
  id text primary key,
  user_id text not null references users (id) on delete cascade,
  client_id text not null,
  -- The caller's own session id, when it named one.
  external_id text,
  decision_id text not null unique,
  created_at timestamptz not null default now(),
  revoked_at timestamptz
);
create index sessions_user on sessions (user_id, created_at desc);

create table proofs (
  user_id text not null references users (id) on delete cascade,
  client_id text not null,
  session_id text not null references sessions (id) on delete cascade,
  at timestamptz not null,
  amr text[] not null,
  decision_id text not null,
  primary key (session_id, at)
);
create index proofs_user on proofs (user_id, at desc);

create table trusted_devices (
  id text primary key,
  user_id text not null references users (id) on delete cascade,
  device_key text not null,
  token_hash text not null unique,
  name text not null,
  created_at timestamptz not null default now(),
  last_mfa_at timestamptz not null,
  trusted_until timestamptz not null,
  revoked_at timestamptz
);
create index trusted_devices_user on trusted_devices (user_id, device_key);

-- Failed first factors, by digests of device and address.
create table sign_in_failures (
  id bigint generated always as identity primary key,
  -- The user id, or a digest of a login that nobody has.
  account_key text not null,
  user_id text,
  client_id text not null,
  device_key text,
  ip_key text not null,
  carried_token boolean not null,
  reason text,
  at timestamptz not null default now()
);
create index sign_in_failures_user on sign_in_failures (user_id, at) where user_id is not null;
create index sign_in_failures_ip on sign_in_failures (ip_key, at);

create table idempotency_keys (
  key_hash text primary key,
  body_hash text not null,
  generation integer not null default 0,
  created_at timestamptz not null default now()
);
create index idempotency_keys_age on idempotency_keys (created_at);

create table enrollment_sessions (
  id_hash text primary key,
  user_id text not null references users (id) on delete cascade,
  client_id text not null,
  decision_id text not null,
  email_code_digest bytea,
  email_code_expires_at timestamptz,
  emails_sent integer not null default 0,
  attempts integer not null default 0,
  token_hash text unique,
  token_expires_at timestamptz,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);

-- Messages to people, written in the transaction that causes them.
create table outbox (
  id bigint generated always as identity primary key,
  user_id text references users (id) on delete cascade,
  recipient text not null,
  subject text not null,
  body text not null,
  created_at timestamptz not null default now(),
  sent_at timestamptz
);

create table signing_keys (
  kid text primary key,
  alg text not null,
  public_jwk jsonb not null,
  sealed_private_jwk bytea not null,
  seal_key_id text not null,
  created_at timestamptz not null default now(),
  retired_at timestamptz
);

-- A value that only the right MASTER_KEY reproduces: a process with a wrong one refuses to start.
create table key_checks (
  key_id text primary key,
  check_value bytea not null,
  created_at timestamptz not null default now()
);

create table worker_heartbeats (
  worker_id text primary key,
  at timestamptz not null
);

create table audit_events (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  organization_id text not null,
  type text not null,
  message text not null,
  level text not null check (level in ('info', 'warn')),
  user_id text,
  client_id text,
  policy text,
  reason text,
  risk_score integer,
  decision_id text,
  terminal boolean not null default false,
  details jsonb not null default '{}'
);
create unique index audit_events_terminal on audit_events (decision_id) where terminal;
create index audit_events_page on audit_events (organization_id, id desc);
create index audit_events_decision on audit_events (decision_id) where decision_id is not null;

create function refuse_audit_change() returns trigger language plpgsql as $$
begin
  raise exception 'audit_events is INSERT-only';
end $$;
create trigger audit_events_insert_only before update or delete on audit_events
  for each row execute function refuse_audit_change();
create trigger audit_events_no_truncate before truncate on audit_events
  for each statement execute function refuse_audit_change();

-- Down Migration
