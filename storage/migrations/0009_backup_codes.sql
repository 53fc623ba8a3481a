-- Up Migration

-- At most one set of codes a user. Each begins with its digit in clear, so that a try costs one slow hash.
create table backup_codes (
  user_id text not null references users (id) on delete cascade,
  digit text not null check (digit ~ '^[0-9]$'),
  -- Names the set that the code belongs to: a new set has a new one.
  set_id text not null,
  -- argon2id over a keyed digest of the code, and the key that made the digest.
  hash text not null,
  key_id text not null,
  created_at timestamptz not null default now(),
  used_at timestamptz,
  primary key (user_id, digit)
);

alter table totp_authenticators add column last_used_at timestamptz;

-- Down Migration
