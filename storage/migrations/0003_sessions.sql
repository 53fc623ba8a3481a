-- Up Migration

-- A token of another issuer names a session by the issuer's own id, within the application it was made out to.
create index sessions_external on sessions (client_id, external_id, created_at desc) where external_id is not null;

-- Down Migration
