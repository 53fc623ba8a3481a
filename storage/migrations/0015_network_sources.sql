-- Up Migration

-- Which databases and lists a worker has in force, and how old each is: readiness shows it (api/routes/operations).
alter table worker_heartbeats add column network jsonb;

-- Down Migration
