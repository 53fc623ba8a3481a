-- Up Migration

-- What authenticators call a user: random, so that it says nothing about who that is.
create table webauthn_users (
  user_id text primary key references users (id) on delete cascade,
  user_handle text not null unique
);

create table passkeys (
  id text primary key,
  user_id text not null references users (id) on delete cascade,
  name text not null,
  -- base64url, as the authenticator made it. One credential belongs to one user.
  credential_id text not null unique,
  -- COSE_Key.
  public_key bytea not null,
  sign_count bigint not null check (sign_count >= 0),
  transports text[] not null default '{}',
  -- May leave the device it was made on. Never changes in the life of a credential (WebAuthn L3 §6.1.3).
  backup_eligible boolean not null,
  backed_up boolean not null,
  -- `disabled`: its counter went backwards, so there may be a copy of it. It proves nothing any more.
  state text not null default 'active' check (state in ('active', 'disabled')),
  created_at timestamptz not null default now(),
  last_used_at timestamptz
);
create index passkeys_user on passkeys (user_id, created_at, id);

-- What an authenticator has to sign, as a hash; one for each ceremony under way.
create table webauthn_challenges (
  ceremony text not null check (ceremony in ('registration', 'verification')),
  -- Whose ceremony it is: an MFA session, or whoever is enrolling.
  bound_to text not null,
  user_id text not null references users (id) on delete cascade,
  challenge_hash text not null,
  expires_at timestamptz not null,
  primary key (ceremony, bound_to, user_id)
);
create index webauthn_challenges_expiry on webauthn_challenges (expires_at);

-- What an answer says where that is more than a digest; gone with the verdict.
alter table mfa_attempts add column evidence jsonb;
create index mfa_attempts_evidence on mfa_attempts (created_at) where evidence is not null;

-- Down Migration
