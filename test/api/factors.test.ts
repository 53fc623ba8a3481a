/** The factors of a user: several authenticators, their names, and challenges that do not outlive a change. */
import { totpCode } from '../support/totp';
import { answerWithCode, codesFor, eventsOf } from './support/backup-codes';
import { addTotp, beginTotp, confirmTotp, METHODS, methodIdOf, methodsOf } from './support/factors';
import { atPortal, personWithRoles, proofIsStale } from './support/portals';
import { useProduct } from './support/product';
import { secondOrganization } from './support/second-organization';
import { endOfWorkflow } from './support/workflows';

const product = useProduct();
const INSTANT = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);

describe('the list of factors', () => {
  it('has each with its type, name, state and last use, and says nothing of an enrolment under way', async () => {
    const { actors } = product;
    const who = await actors.person();
    await addTotp(product, who, 'Work phone');
    await beginTotp(product, who);
    const [code] = await codesFor(product, who);
    expect(await methodsOf(product, who)).toEqual([
      expect.objectContaining({ type: 'totp', name: 'Authenticator app', state: 'active', lastUsedAt: null }),
      expect.objectContaining({ type: 'totp', name: 'Work phone', createdAt: INSTANT }),
      expect.objectContaining({ type: 'backupCode', state: 'active', lastUsedAt: null }),
    ]);
    await actors.signInWithMfa(who);
    await answerWithCode(product, await actors.check(who), code);
    const used = await methodsOf(product, who);
    expect(used.map(({ lastUsedAt }) => lastUsedAt)).toEqual([INSTANT, null, INSTANT]);
    for (const method of used)
      expect(Object.keys(method).sort()).toEqual(['createdAt', 'id', 'lastUsedAt', 'name', 'state', 'type']);
  });

  it("is the user's own, or a client's of the organization with the scope", async () => {
    const { stack } = product;
    const user = await atPortal(product, await personWithRoles(product, []));
    expect((await user.call('GET', METHODS)).body['methods']).toHaveLength(1);
    const path = `${METHODS}?userId=${user.who.userId}`;
    expect((await stack.call('GET', path, { as: 'demo-shop' })).status).toBe(200);
    expect((await stack.call('GET', path)).status).toBe(401);
    const second = await secondOrganization(product);
    expect((await second.call('GET', path)).body['code']).toBe('user_not_found');
  });
});

describe('several authenticators', () => {
  it('all open the account, within one try of an answer', async () => {
    const { actors, stack } = product;
    const who = await actors.person();
    const [second, third] = [await addTotp(product, who), await addTotp(product, who)];
    await actors.forgetSpentCodes(who);
    for (const seed of [who.totpSecret, second.secret, third.secret]) {
      const challenge = await actors.check(who);
      expect((await actors.verify(challenge, totpCode(seed))).status).toBe(200);
    }
    const { rows } = await stack.database.pool.query<{ attempts: number }>(
      'select attempts from mfa_sessions where user_id = $1',
      [who.userId],
    );
    expect(rows.map(({ attempts }) => attempts)).toEqual([1, 1, 1]);
  });

  it('are three at most, since each makes a guess more likely', async () => {
    const who = await product.actors.person();
    await addTotp(product, who);
    await addTotp(product, who);
    const begun = await beginTotp(product, who);
    const refused = await confirmTotp(product, who, { begun, additional: true });
    expect([refused.status, refused.body['code']]).toEqual([409, 'too_many_methods']);
    expect(await methodsOf(product, who)).toHaveLength(3);
    expect((await confirmTotp(product, who, { begun })).status).toBe(200);
    expect(await methodsOf(product, who)).toHaveLength(1);
  });
});

describe('a factor that is added or replaced', () => {
  it('ends the challenges that were open: they refuse the old code and the new one', async () => {
    const { actors } = product;
    const who = await actors.person();
    const before = await actors.check(who);
    const begun = await beginTotp(product, who);
    const beside = await actors.check(who);
    expect((await confirmTotp(product, who, { begun })).status).toBe(200);
    await actors.forgetSpentCodes(who);
    for (const [challenge, seed] of [
      [before, who.totpSecret],
      [beside, begun.secret],
    ] as const) {
      expect((await actors.verify(challenge, totpCode(seed))).body['code']).toBe('verification_failed');
      expect(await endOfWorkflow(product, challenge)).toBe('COMPLETED');
      expect(await actors.decisionOf(challenge)).toMatchObject({ state: 'cancelled' });
    }
    const after = await actors.check(who);
    expect((await actors.verify(after, totpCode(begun.secret))).status).toBe(200);
  });

  it('at the moment in which a challenge is answered leaves one winner', async () => {
    const { actors } = product;
    const who = await actors.person();
    const challenge = await actors.check(who);
    const begun = await beginTotp(product, who);
    const [answer, confirmed] = await Promise.all([
      actors.verify(challenge, totpCode(who.totpSecret)),
      confirmTotp(product, who, { begun }),
    ]);
    expect(confirmed.status).toBe(200);
    const { state } = await actors.decisionOf(challenge);
    expect([state, answer.status]).toEqual(state === 'verified' ? ['verified', 200] : ['cancelled', 401]);
  });
});

describe('naming a factor', () => {
  it('changes the name and nothing else: challenges stay open', async () => {
    const { actors, stack } = product;
    const who = await actors.person();
    const challenge = await actors.check(who);
    const id = await methodIdOf(product, who);
    const path = `${METHODS}/${id}?userId=${who.userId}`;
    const named = await stack.call('PATCH', path, { as: 'operator', body: { name: 'Blue phone' } });
    expect(named.status).toBe(204);
    expect(await methodsOf(product, who)).toEqual([expect.objectContaining({ id, name: 'Blue phone' })]);
    expect(await eventsOf(product, who, 'method.renamed')).toEqual([
      expect.objectContaining({ details: { by: 'client', method: 'totp' } }),
    ]);
    expect((await actors.verify(challenge, totpCode(who.totpSecret))).status).toBe(200);
  });

  it("needs fresh MFA, a factor of one's own, and a name", async () => {
    const user = await atPortal(product, await personWithRoles(product, []));
    const other = await product.actors.person();
    const own = `${METHODS}/${await methodIdOf(product, user.who)}`;
    const foreign = `${METHODS}/${await methodIdOf(product, other)}`;
    expect((await user.call('PATCH', foreign, { name: 'Mine' })).body['code']).toBe('not_found');
    for (const name of ['', 'x'.repeat(65), 7, null, 'a\0b'])
      expect([name, (await user.call('PATCH', own, { name })).status]).toEqual([name, 400]);
    expect((await user.call('PATCH', own, { name: 'Mine' })).status).toBe(204);
    await proofIsStale(product, user);
    expect((await user.call('PATCH', own, { name: 'His' })).body['code']).toBe('fresh_mfa_required');
    expect((await methodsOf(product, other))[0]).toMatchObject({ name: 'Authenticator app' });
  });

  it('is not for backup codes, nor for an enrolment under way', async () => {
    const { actors, stack } = product;
    const who = await actors.person();
    await codesFor(product, who);
    const { methodId } = await beginTotp(product, who);
    for (const id of [methodId, await methodIdOf(product, who, 'backupCode')]) {
      const path = `${METHODS}/${id}?userId=${who.userId}`;
      const refused = await stack.call('PATCH', path, { as: 'operator', body: { name: 'x' } });
      expect(refused.body['code']).toBe('not_found');
    }
  });
});
