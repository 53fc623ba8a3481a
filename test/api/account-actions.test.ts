/** What an administrator does to an account takes effect at once, is audited, and can be repeated. */
import { totpCode } from '../support/totp';
import type { HttpAnswer } from '../support/http-client';
import type { Person } from './support/actors';
import { wrongCode } from './support/codes';
import { passwordPerson, passwordSignIn, signInByPassword, type SignedIn } from './support/directory';
import { useProduct } from './support/product';
import { signedInAs, type PortalUser } from './support/portals';
import { endOfWorkflow } from './support/workflows';

const product = useProduct();
let admin: PortalUser;
beforeAll(async () => {
  admin = await signedInAs(product, 'org-admin');
});

const act = async (who: Person, action: string): Promise<void> => {
  const answer = await admin.call('POST', `/api/v1/admin/users/${who.userId}/${action}`);
  expect([answer.status, answer.text]).toEqual([204, '']);
};
const sql = (text: string, who: Person) => product.stack.database.pool.query(text, [who.userId]);
const statusWith = async ({ accessToken }: Pick<SignedIn, 'accessToken'>) => {
  const headers = { authorization: `Bearer ${accessToken}` };
  return (await product.stack.call('GET', '/api/v1/auth/sessions', { headers })).status;
};
const auditOf = async (who: Person, type: string) => {
  const answer = await admin.call('GET', `/api/v1/admin/audit?userId=${who.userId}&type=${type}`);
  return answer.body['events'] as { message: string; details: object; clientId: string }[];
};

/** Somebody with a session and, elsewhere, an open challenge. */
async function busyPerson(): Promise<{ who: Person; session: SignedIn; challenge: HttpAnswer }> {
  const who = await passwordPerson(product);
  const session = await signInByPassword(product, who);
  const challenge = await passwordSignIn(product, { ...who, fingerprint: 'another browser' });
  expect(challenge.body['mfaRequired']).toBe(true);
  await product.actors.forgetSpentCodes(who);
  return { who, session, challenge };
}

/** Everything in which the person was signed in, or about to be, is over. */
async function expectAllOver({
  who,
  session,
  challenge,
}: Awaited<ReturnType<typeof busyPerson>>): Promise<void> {
  const { actors } = product;
  expect(await statusWith(session)).toBe(401);
  const late = await actors.verify(challenge, totpCode(who.totpSecret));
  expect([late.status, late.body['code']]).toEqual([401, 'verification_failed']);
  expect(await actors.decisionOf(challenge)).toMatchObject({ state: 'cancelled' });
  expect((await actors.auditOf(challenge)).filter((text) => text.startsWith('MFA session'))).toEqual([
    'MFA session created',
    'MFA session cancelled',
  ]);
  expect(await endOfWorkflow(product, challenge)).toBe('COMPLETED');
}

describe('revoking sessions', () => {
  it('ends every session and every open challenge, at once; the user may sign in again', async () => {
    const busy = await busyPerson();
    await act(busy.who, 'revoke-sessions');
    await expectAllOver(busy);
    expect(await statusWith(await signInByPassword(product, busy.who))).toBe(200);
    const details = { by: admin.who.userId };
    expect(await auditOf(busy.who, 'user.sessions_revoked')).toEqual([
      expect.objectContaining({ message: 'Sessions revoked', details, clientId: 'admin-dashboard' }),
    ]);
  });
});

describe('disabling', () => {
  it('ends everything and lets nobody in, until the user is enabled again', async () => {
    const busy = await busyPerson();
    const { who } = busy;
    await act(who, 'disable');
    await expectAllOver(busy);
    const refused = await passwordSignIn(product, who);
    expect([refused.status, refused.body['error']]).toEqual([403, 'access_denied']);
    expect((await admin.call('GET', `/api/v1/users/${who.userId}`)).body['status']).toBe('disabled');
    await act(who, 'enable');
    // What was ended stays so.
    expect(await statusWith(busy.session)).toBe(401);
    expect(await statusWith(await signInByPassword(product, who))).toBe(200);
    for (const [type, message] of [
      ['user.disabled', 'User disabled'],
      ['user.enabled', 'User enabled'],
    ] as const) {
      expect(await auditOf(who, type)).toEqual([
        expect.objectContaining({ message, details: { by: admin.who.userId } }),
      ]);
    }
  });

  it('takes the trust from every device', async () => {
    const who = await product.actors.settledPerson();
    expect((await product.actors.check(who)).body['mfaRequired']).toBe(false);
    await act(who, 'disable');
    await act(who, 'enable');
    expect((await product.actors.check(who)).body['mfaRequired']).toBe(true);
  });

  it('while a sign-in is being decided leaves no session behind that lives on when the user is enabled', async () => {
    for (let round = 0; round < 3; round += 1) {
      const who = await product.actors.settle(await passwordPerson(product));
      const signingIn = passwordSignIn(product, who, { deviceToken: who.deviceToken });
      const [answer] = await Promise.all([signingIn, act(who, 'disable')]);
      await act(who, 'enable');
      const token: string | undefined = answer.body['accessToken'];
      if (token !== undefined) expect(await statusWith({ accessToken: token })).toBe(401);
    }
  });

  it('twice changes nothing more', async () => {
    const who = await product.actors.person();
    await act(who, 'disable');
    await act(who, 'disable');
    expect(await auditOf(who, 'user.disabled')).toHaveLength(2);
  });
});

describe('resetting factors', () => {
  it('removes every authenticator and all trust, and ends everything that rested on them', async () => {
    const busy = await busyPerson();
    const { who } = busy;
    await act(who, 'reset-factors');
    expect(await statusWith(busy.session)).toBe(401);
    expect((await product.actors.verify(busy.challenge, totpCode(who.totpSecret))).status).toBe(401);
    expect(await endOfWorkflow(product, busy.challenge)).toBe('COMPLETED');
    const { body } = await product.stack.call('GET', `/api/v1/auth/mfa/status?userId=${who.userId}`, {
      as: 'operator',
    });
    expect(body).toMatchObject({ mfaEnabled: false, trustedDevices: 0, enrollmentRequired: true });
    expect(await auditOf(who, 'user.factors_reset')).toEqual([
      expect.objectContaining({ details: { by: admin.who.userId, removed: 1 } }),
    ]);
  });

  it('revives no enrolment that began before the user had a factor', async () => {
    const who = await product.actors.person({ method: false, email: 'who@example.org' });
    const { pool } = product.stack.database;
    await pool.query(
      `insert into enrollment_sessions (id_hash, user_id, client_id, decision_id, token_hash, token_expires_at, expires_at)
       values ($1, $1, 'demo-shop', 'd', $2, now() + interval '10 minutes', now() + interval '10 minutes')`,
      [who.userId, 'hash'],
    );
    await act(who, 'reset-factors');
    expect((await sql(`select 1 from enrollment_sessions where user_id = $1`, who)).rowCount).toBe(0);
  });
});

describe('unlocking', () => {
  it('ends the delay, reopens a closed lane, and lets a switched-off authenticator count again', async () => {
    const { actors } = product;
    const who = await actors.person();
    const challenge = await actors.check(who);
    expect((await actors.verify(challenge, wrongCode(who.totpSecret))).status).toBe(401);
    await sql(`update mfa_guards set consecutive_failures = 90 where user_id = $1`, who);
    expect((await actors.verify(challenge, totpCode(who.totpSecret))).status).toBe(429);
    await sql(`update totp_authenticators set state = 'disabled' where user_id = $1`, who);
    await act(who, 'unlock');
    expect((await actors.verify(challenge, totpCode(who.totpSecret))).status).toBe(200);
    expect(await auditOf(who, 'user.unlocked')).toEqual([
      expect.objectContaining({ details: { by: admin.who.userId, reactivated: 1 } }),
    ]);
  });
});

describe('an unknown user', () => {
  it.each(['unlock', 'disable', 'enable', 'reset-factors', 'revoke-sessions'])(
    'is 404 at %s',
    async (action) => {
      const answer = await admin.call('POST', `/api/v1/admin/users/usr_AAAAAAAAAAAAAAAAAAAAAA/${action}`);
      expect([answer.status, answer.body['code']]).toEqual([404, 'user_not_found']);
    },
  );
});
