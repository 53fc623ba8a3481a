-- Up Migration

-- What hangs on a user is found by the user: ending access, and deleting, must not scan whole tables.
create index mfa_sessions_user on mfa_sessions (user_id);
create index step_up_receipts_user on step_up_receipts (user_id);
create index enrollment_sessions_user on enrollment_sessions (user_id);
create index enrollment_sessions_past on enrollment_sessions (expires_at);
create index block_waivers_case on block_waivers (case_id);
create index recovery_orders_case on recovery_orders (case_id);

-- Down Migration
