-- Up Migration

-- Step-ups are decisions like sign-ins: same table, same audit, same state machine.
alter table sign_ins
  add column purpose text not null default 'sign-in' check (purpose in ('sign-in', 'step-up')),
  -- Of a step-up: what it is for, the transaction it is bound to, and the session it happens in.
  add column action text,
  add column transaction_hash text,
  add column subject_session_id text,
  -- Began at /auth/sign-in: completing it yields an access token.
  add column issues_token boolean not null default false;

-- A public client has no secret and may be named by `X-Client-Id`.
alter table applications add column public boolean not null default false;
update applications set public = true
  where client_id in ('user-portal', 'developer-portal', 'admin-dashboard', 'org-portal');

-- One row a receipt that can be redeemed, exactly once.
create table step_up_receipts (
  decision_id text primary key,
  user_id text not null references users (id) on delete cascade,
  client_id text not null,
  session_id text not null,
  action text not null,
  transaction_hash text,
  issued_at timestamptz not null default now(),
  expires_at timestamptz not null,
  redeemed_at timestamptz
);

-- Down Migration
