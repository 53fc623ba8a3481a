-- Up Migration

-- A platform administrator pages through the decisions of all organizations.
create index sign_ins_page_everywhere on sign_ins (created_at desc, id desc);

-- Counted up when the secret is replaced: tokens that a client got with the old one die with it.
alter table applications add column secret_version integer not null default 1;

-- An operator seeded before these scopes existed still has every scope.
update applications
  set scopes = scopes || array(
    select added from unnest(array['applications:read', 'admin:write', 'organizations:write']) added
    where not added = any (scopes))
  where client_id = 'operator' and organization_id = 'org_AAAAAAAAAAAAAAAAAAAAAA';

-- Role names had no power before. Who has the mightiest one outside the first organization was given a label by a tenant.
update users set roles = array_remove(roles, 'platform-admin')
  where organization_id <> 'org_AAAAAAAAAAAAAAAAAAAAAA' and 'platform-admin' = any (roles);

-- Down Migration
