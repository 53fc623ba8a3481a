-- Up Migration

-- The language that a user is written to in (BCP 47); null: the default of the installation.
alter table users add column locale text;

-- A message is kept as what it tells, and put into words when it is sent. Rows from before have words and no kind.
alter table outbox
  alter column subject drop not null,
  alter column body drop not null,
  -- Names it outside this database: random, since a restored or rebuilt one counts its rows anew.
  add column notice_id text,
  add column kind text,
  add column locale text,
  add column params jsonb not null default '{}',
  -- The parameter that lets its reader in, sealed to user and kind.
  add column sealed_secret bytea,
  add column seal_key_id text,
  -- After it the message is worth nothing: it is not sent any more, and deleted.
  add column expires_at timestamptz,
  -- Of messages with the same value only the first one is written.
  add column once_key text,
  add column failed_at timestamptz,
  add column failure text,
  add constraint outbox_words check (kind is not null or (subject is not null and body is not null));
update outbox set notice_id = 'ntc_' || left(replace(gen_random_uuid()::text, '-', ''), 22);
alter table outbox alter column notice_id set not null;
create unique index outbox_notice on outbox (notice_id);
create unique index outbox_once on outbox (once_key) where once_key is not null;
create index outbox_user on outbox (user_id, id desc);
create index outbox_expiry on outbox (expires_at) where expires_at is not null;
create index outbox_age on outbox (created_at);

-- Started by the relay alone, at once: who asked for it cannot start workflows.
alter table workflow_starts add column by_relay boolean not null default false;

-- Down Migration
