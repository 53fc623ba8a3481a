/** What must hold of the rows of every sign-in, whatever was killed while they were written. */
import type { Instance } from '../../support/instance';

/** Rows that contradict each other; empty when all is well. */
export function findInconsistencies(instance: Instance): Promise<{ id: string; problem: string }[]> {
  return instance.query(`
    with terminal as (
      select decision_id, count(*)::int as n from audit_events where terminal group by decision_id
    ), all_sign_ins as (
      select s.*, coalesce(t.n, 0) as terminal, m.state as challenge,
        (select count(*)::int from sessions x where x.decision_id = s.id and x.revoked_at is null) as sessions,
        (select count(*)::int from proofs p where p.decision_id = s.id) as proofs
      from sign_ins s
      left join terminal t on t.decision_id = s.id
      left join mfa_sessions m on m.decision_id = s.id
    )
    select id, 'ended without exactly one terminal event: ' || state || ' has ' || terminal as problem
      from all_sign_ins where state <> 'challenged' and (terminal <> 1 or ended_at is null)
    union all
    select id, 'open, but its end is recorded' from all_sign_ins
      where state = 'challenged' and (terminal <> 0 or ended_at is not null)
    union all
    select id, 'open without an open challenge' from all_sign_ins
      where state = 'challenged' and challenge is distinct from 'pending'
    union all
    select id, 'verified, but challenge ' || coalesce(challenge, 'none') || ', sessions ' || sessions || ', proofs ' || proofs
      from all_sign_ins where state = 'verified' and (challenge <> 'verified' or sessions <> 1 or proofs <> 1)
    union all
    select id, 'allowed, but sessions ' || sessions || ', proofs ' || proofs
      from all_sign_ins where state = 'allowed' and (sessions <> 1 or proofs <> 0)
    union all
    select id, state || ', but sessions ' || sessions || ', proofs ' || proofs
      from all_sign_ins where state not in ('allowed', 'verified') and (sessions <> 0 or proofs <> 0)
    union all
    select decision_id, 'a challenge is open of a sign-in that is not' from mfa_sessions m
      where state = 'pending' and not exists
        (select from sign_ins s where s.id = m.decision_id and s.state = 'challenged')
    union all
    select decision_id, 'audit of a sign-in that does not exist' from audit_events a
      where decision_id is not null and not exists (select from sign_ins s where s.id = a.decision_id)`);
}
