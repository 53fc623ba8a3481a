-- Up Migration

-- Approvals that wait for their verdict, found by when they were given (worker/answer-relay.ts).
create index push_challenges_answered on push_challenges (answered_at) where status = 'answered' and spent_at is null;

-- Down Migration
