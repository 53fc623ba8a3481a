-- Up Migration

-- Values that count once: whoever inserts the row is the one who used it. Only hashes are kept.
create table used_nonces (
  nonce_hash text primary key,
  expires_at timestamptz not null
);
create index used_nonces_expired on used_nonces (expires_at);

-- A sign-in that began with a DPoP key (its thumbprint, RFC 7638) is finished with the same key.
alter table mfa_sessions add column dpop_jkt text;

-- Down Migration
