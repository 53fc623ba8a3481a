-- Up Migration

alter table sessions
  -- Never later than this, whatever the user does.
  add column expires_at timestamptz not null default now() + interval '24 hours',
  -- Seconds without a request after which the session ends; null where the application keeps its own tokens.
  add column idle_seconds integer,
  add column last_seen_at timestamptz not null default now(),
  -- Proofs from before this instant do not count any more; until there is a newer one, only a step-up is open.
  add column step_up_after timestamptz,
  -- The version of the application's policy under which the session was last judged.
  add column policy_version integer not null default 0,
  add column revoked_reason text;

create index sessions_live on sessions (client_id, expires_at) where revoked_at is null;
-- Past sessions are deleted after a while.
create index sessions_past on sessions (expires_at);

-- Whether a session still opens anything.
create function session_is_live(s sessions) returns boolean language sql stable as $$
  select s.revoked_at is null and now() < s.expires_at
    and (s.idle_seconds is null or now() < s.last_seen_at + make_interval(secs => s.idle_seconds))
$$;

-- Of a receipt redeemed with an Idempotency-Key: whoever lost the answer asks again with the same one.
alter table step_up_receipts add column redemption_key text;

-- Workflows to start, written in the transaction that makes them necessary; started after it, by whoever comes first.
create table workflow_starts (
  workflow_id text primary key,
  workflow text not null,
  input jsonb not null,
  created_at timestamptz not null default now()
);

-- Down Migration
