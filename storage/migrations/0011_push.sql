-- Up Migration

-- Codes that let an authenticator device be paired. Only hashes; whoever deletes the row has used it.
create table device_pairings (
  code_hash text primary key,
  user_id text not null unique references users (id) on delete cascade,
  -- Who was allowed to ask for it, as in `method.enrolled`.
  requested_by text not null check (requested_by in ('user', 'client', 'enrollment')),
  client_id text,
  expires_at timestamptz not null
);

-- Authenticator devices: each signs with a key that never leaves it.
create table push_devices (
  id text primary key,
  -- The name under which the device signs.
  device_id text not null unique,
  user_id text not null references users (id) on delete cascade,
  name text not null,
  state text not null default 'active' check (state in ('active', 'disabled')),
  public_jwk jsonb not null,
  -- Where a web push goes; null when the device only asks for itself.
  sealed_subscription bytea,
  subscription_key_id text,
  created_at timestamptz not null default now(),
  last_used_at timestamptz
);
create index push_devices_user on push_devices (user_id);

-- Prompts. The verdict on an answered one is the outcome in `mfa_attempts` under the same id.
create table push_challenges (
  id text primary key,
  user_id text not null references users (id) on delete cascade,
  session_id_hash text not null references mfa_sessions (id_hash) on delete cascade,
  status text not null default 'pending'
    check (status in ('pending', 'answered', 'denied', 'reported', 'expired')),
  number_digits smallint not null check (number_digits in (2, 6)),
  -- The master key from which number and device token are derived; neither is stored.
  key_id text not null,
  device_token_hash text not null,
  trust_device boolean,
  -- Who answered, and the signed request itself, sealed: what the verdict is based on.
  device_id text,
  sealed_answer bytea,
  answer_key_id text,
  -- The approval was used to complete its session.
  spent_at timestamptz,
  -- The request that was given the session; with an Idempotency-Key it may ask again.
  claimed_by text,
  created_at timestamptz not null default clock_timestamp(),
  expires_at timestamptz not null,
  answered_at timestamptz,
  -- When the workflow was last told again of an answer without a verdict.
  rung_at timestamptz
);
-- One open prompt a user, so that nobody approves a stranger's sign-in for his own.
create unique index push_challenges_open on push_challenges (user_id) where status = 'pending';
create index push_challenges_user on push_challenges (user_id, created_at);
create index push_challenges_session on push_challenges (session_id_hash);

-- Push is off for these users for a while: somebody else asks for their approval.
create table push_pauses (
  user_id text primary key references users (id) on delete cascade,
  until timestamptz not null
);

-- The key by which push services know us (RFC 8292): one row.
create table vapid_keys (
  singleton boolean primary key default true check (singleton),
  public_key text not null,
  sealed_private_key bytea not null,
  seal_key_id text not null,
  created_at timestamptz not null default now()
);

-- Of a step-up: the transaction as its user is shown it. The hash in `sign_ins` is what binds.
alter table mfa_sessions add column shown_transaction jsonb;

-- Down Migration
