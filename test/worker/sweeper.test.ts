import { createHash } from 'node:crypto';
import type { UserId } from '../../domain/ids';
import { createLogger } from '../../runtime/logger';
import { insertApplication } from '../../storage/applications';
import { listAuditEvents } from '../../storage/audit-events';
import { findMfaSession, openMfaSession } from '../../storage/mfa-sessions';
import { inTransaction } from '../../storage/postgres';
import { ensureOrganization } from '../../storage/organizations';
import { endSessionWithAudit } from '../../storage/session-ending';
import { findDecisionById, insertDecision } from '../../storage/sign-ins';
import { insertUser } from '../../storage/users';
import { sweep } from '../../worker/sweeper';
import { createTestDatabase, type TestDatabase } from '../support/database';

const ORGANIZATION = 'org_AAAAAAAAAAAAAAAAAAAAAA';
const USER = 'usr_AAAAAAAAAAAAAAAAAAAAAA' as UserId;
const CLIENT = 'demo-shop';

describe('the sweeper', () => {
  let database: TestDatabase;
  const logger = createLogger('test', 'silent');
  const sweepOnce = () => sweep({ pool: database.pool, logger });

  beforeAll(async () => {
    database = await createTestDatabase(20);
    const { pool } = database;
    await ensureOrganization(pool, { id: ORGANIZATION, name: 'ZewstID' });
    await insertApplication(pool, {
      clientId: CLIENT,
      organizationId: ORGANIZATION,
      name: 'Demo Shop',
      secret: undefined,
      scopes: [],
      mfaPolicy: 'smart',
      settings: {},
      redirectUris: [],
    });
    await insertUser(pool, {
      id: USER,
      organizationId: ORGANIZATION,
      login: 'demo',
      email: undefined,
      externalId: undefined,
      passwordHash: undefined,
      roles: [],
      groups: [],
    });
  });
  afterAll(() => database.drop());

  /** A challenge as `recordDecision` leaves it, with the deadline that many seconds ago. No workflow holds it. */
  async function lostChallenge(name: string, overdueSeconds: number) {
    const { pool } = database;
    const idHash = createHash('sha256').update(name).digest('base64url');
    const decisionId = `dec_${name}`;
    await insertDecision(pool, {
      id: decisionId,
      workflowId: `sign-in/${idHash}`,
      userId: USER,
      clientId: CLIENT,
      organizationId: ORGANIZATION,
      policy: 'smart',
      policyVersion: 1,
      outcome: 'challenge',
      reason: 'risk_score',
      riskScore: 42,
      assessment: { kind: 'unavailable' },
      facts: null,
      enrollment: 'none',
      methods: { totp: true, push: false, backupCode: false, passkey: false },
      firstFactor: 'password',
      purpose: 'sign-in',
      action: null,
      transactionHash: null,
      subjectSessionId: null,
      issuesToken: false,
      shadow: null,
      sessionIdHash: idHash,
      sessionId: null,
      externalSessionId: null,
      state: 'challenged',
    });
    const session = { idHash, userId: USER, clientId: CLIENT, decisionId } as const;
    await openMfaSession(pool, { ...session, purpose: 'sign-in', lane: 'untrusted' });
    await pool.query(
      `update mfa_sessions set expires_at = clock_timestamp() - make_interval(secs => $2) where id_hash = $1`,
      [idHash, overdueSeconds],
    );
    const events = () =>
      listAuditEvents(pool, { organizationId: ORGANIZATION, decisionId, limit: 50 }).then((rows) =>
        rows.map(({ type, terminal }) => ({ type, terminal })),
      );
    const states = async () => [
      (await findMfaSession(pool, idHash))?.state,
      (await findDecisionById(pool, decisionId))?.state,
    ];
    return { idHash, events, states };
  }
  const EXPIRED_ONCE = [{ type: 'mfa.session.expired', terminal: true }];

  it('ends an overdue session whose workflow is gone, with exactly one terminal audit event', async () => {
    const lost = await lostChallenge('lost', 60);
    expect(await sweepOnce()).toBe(1);
    expect(await lost.states()).toEqual(['expired', 'expired']);
    expect(await lost.events()).toEqual(EXPIRED_ONCE);
    expect(await sweepOnce()).toBe(0);
    expect(await lost.events()).toEqual(EXPIRED_ONCE);
  });

  it('ends more in one pass than one batch holds', async () => {
    const lost = await Promise.all(['one', 'two', 'three', 'four', 'five'].map((n) => lostChallenge(n, 60)));
    expect(await sweep({ pool: database.pool, logger }, 20, 2)).toBe(5);
    for (const one of lost) expect(await one.events()).toEqual(EXPIRED_ONCE);
  });

  it('ends each session once when sweeps of many workers race', async () => {
    const lost = await Promise.all([1, 2, 3, 4, 5].map((one) => lostChallenge(`raced-${one}`, 60)));
    await Promise.all(Array.from({ length: 8 }, sweepOnce));
    for (const challenge of lost) {
      expect(await challenge.states()).toEqual(['expired', 'expired']);
      expect(await challenge.events()).toEqual(EXPIRED_ONCE);
    }
  });

  it('ends a session once when the workflow that was thought lost ends it at the same time', async () => {
    const lost = await lostChallenge('both', 60);
    const byTheWorkflow = inTransaction(database.pool, (tx) =>
      endSessionWithAudit(tx, { sessionIdHash: lost.idHash, state: 'expired', when: 'overdue' }),
    );
    await Promise.all([sweepOnce(), byTheWorkflow, sweepOnce()]);
    expect(await lost.events()).toEqual(EXPIRED_ONCE);
  });

  it('leaves the workflow its time: neither an open session nor one that is just overdue is touched', async () => {
    const open = await lostChallenge('open', -200);
    const justOverdue = await lostChallenge('just-overdue', 5);
    expect(await sweepOnce()).toBe(0);
    expect(await open.states()).toEqual(['pending', 'challenged']);
    expect(await justOverdue.states()).toEqual(['pending', 'challenged']);
    expect(await justOverdue.events()).toEqual([]);
  });

  it('forgets the nonces whose time is over', async () => {
    const { pool } = database;
    await pool.query(
      `insert into used_nonces values ('over', now() - interval '1 second'), ('not yet', 'infinity')`,
    );
    await sweepOnce();
    const { rows } = await pool.query('select nonce_hash from used_nonces');
    expect(rows).toEqual([{ nonce_hash: 'not yet' }]);
  });

  it('forgets messages whose code is worth nothing any more, and those of a month ago, sent or not', async () => {
    const { pool } = database;
    await pool.query(
      `insert into outbox (notice_id, user_id, recipient, kind, expires_at, created_at, sent_at)
       select name, $1, 'a@b', 'x', now() + expires::interval, now() - age::interval,
         case when name like 'sent%' then now() end
       from (values ('valid code', '1 second', '0'), ('expired code', '0', '0'), ('young', null, '29 days'),
         ('old', null, '31 days'), ('sent lately', null, '29 days'), ('sent long ago', null, '31 days'))
         as rows (name, expires, age)`,
      [USER],
    );
    await sweepOnce();
    const { rows } = await pool.query<{ name: string }>('select notice_id as name from outbox order by id');
    expect(rows.map(({ name }) => name)).toEqual(['valid code', 'young', 'sent lately']);
  });

  it('forgets challenges of passkeys whose time is over, and assertions that nobody judged', async () => {
    const { pool } = database;
    const { idHash } = await lostChallenge('passkey', -200);
    await pool.query(
      `insert into webauthn_challenges values
         ('verification', 'over', $1, 'x', now() - interval '1 second'), ('verification', 'open', $1, 'x', 'infinity')`,
      [USER],
    );
    await pool.query(
      `insert into mfa_attempts (attempt_id, session_id_hash, method, evidence, created_at) values
         ('stale', $1, 'passkey', '{}', now() - interval '16 minutes'), ('fresh', $1, 'passkey', '{}', now())`,
      [idHash],
    );
    await sweepOnce();
    const challenges = await pool.query('select bound_to from webauthn_challenges');
    expect(challenges.rows).toEqual([{ bound_to: 'open' }]);
    const attempts = await pool.query('select attempt_id from mfa_attempts where evidence is not null');
    expect(attempts.rows).toEqual([{ attempt_id: 'fresh' }]);
  });

  it('leaves a session alone that ended in time', async () => {
    const cancelled = await lostChallenge('cancelled', 60);
    const end = { sessionIdHash: cancelled.idHash, state: 'cancelled', when: 'any-time' } as const;
    await inTransaction(database.pool, (tx) => endSessionWithAudit(tx, end));
    expect(await sweepOnce()).toBe(0);
    expect(await cancelled.states()).toEqual(['cancelled', 'cancelled']);
    expect(await cancelled.events()).toEqual([{ type: 'mfa.session.cancelled', terminal: true }]);
  });
});
