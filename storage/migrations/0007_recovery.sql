-- Up Migration

-- A user who cannot get in: e-mail code, new password, and for a while no block for the device that was blocked.
create table recovery_cases (
  id text primary key,
  -- Of the secret that only whoever asked for the recovery holds.
  secret_hash text not null unique,
  -- Null: a login that nobody has. Such a case goes the same way and never gets anywhere.
  user_id text references users (id) on delete cascade,
  organization_id text not null,
  client_id text not null,
  -- From where it was asked for, as a digest; null when the caller did not say.
  ip_key text,
  -- The blocked sign-in that was named, and its device; null when none was, or not this user's.
  decision_id text,
  device_key text,
  state text not null default 'requested'
    check (state in ('requested', 'code_sent', 'confirmed', 'completed', 'expired', 'dead', 'refused')),
  step_expires_at timestamptz not null,
  extensions integer not null default 0,
  code_digest bytea,
  code_key_id text,
  -- A code went to the owner's address, and counts towards what is sent there.
  code_sent boolean not null default false,
  attempts integer not null default 0,
  -- The digest of the right code: judged again, it gives the same answer.
  confirmed_by text,
  -- Hashed by the API, put into force by the workflow's activity.
  new_password_hash text,
  created_at timestamptz not null default now(),
  ended_at timestamptz
);
create index recovery_cases_user on recovery_cases (user_id, created_at);
create index recovery_cases_page on recovery_cases (organization_id, created_at desc, id);
create index recovery_cases_open on recovery_cases (step_expires_at) where ended_at is null;

-- What an administrator wants of a case. The workflow is told by a Signal and finds the order here.
create table recovery_orders (
  id bigint generated always as identity primary key,
  case_id text not null references recovery_cases (id) on delete cascade,
  kind text not null check (kind in ('release', 'refuse', 'extend')),
  ordered_by text not null,
  ordered_at timestamptz not null default now(),
  applied_at timestamptz
);
create unique index recovery_orders_open on recovery_orders (case_id, kind) where applied_at is null;

-- For this device of this user, risk asks for MFA instead of blocking, until the time is over.
create table block_waivers (
  id text primary key,
  user_id text not null references users (id) on delete cascade,
  device_key text not null,
  -- The blocked sign-in.
  decision_id text not null,
  case_id text references recovery_cases (id) on delete cascade,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null
);
create index block_waivers_device on block_waivers (user_id, device_key, expires_at);

-- Down Migration
