-- Up Migration

-- What the completed sign-ins of everybody look like: the counts of layer B (docs/risk.md). Values that identify are
-- keyed digests. A completed sign-in only appends a row; `storage/population.ts` counts the rows later, so that no
-- sign-in waits for the row of a common value.
create table risk_observations (
  id bigint generated always as identity primary key,
  features jsonb not null
);

create table risk_population (
  feature text not null,
  value text not null,
  observations bigint not null,
  last_seen timestamptz not null default now(),
  primary key (feature, value)
);
create index risk_population_rare on risk_population (last_seen) where observations = 1;

create table risk_population_totals (
  feature text primary key,
  observations bigint not null,
  distinct_values bigint not null
);

-- What would have been decided if likelihood counted, where the application's `riskModel` only records it.
alter table sign_ins add column shadow jsonb;

-- Down Migration
