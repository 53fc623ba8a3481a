/** Removing factors: at once, never the last one of somebody who has to have one, and with what rests on it. */
import { totpCode } from '../support/totp';
import type { Person } from './support/actors';
import { answerWithCode, codesFor, eventsOf, statusOf } from './support/backup-codes';
import { addTotp, beginTotp, METHODS, methodIdOf, methodsOf, removeMethod } from './support/factors';
import { atPortal, personWithRoles, proofIsStale } from './support/portals';
import { useProduct } from './support/product';
import { endOfWorkflow } from './support/workflows';

const product = useProduct();

/** Somebody who has to have a factor: with a password, whose portals always ask. */
const withPassword = () => personWithRoles(product, []);

describe('a factor that is removed', () => {
  it('opens nothing any more, and ends the challenges that were open', async () => {
    const { actors } = product;
    const who = await actors.person();
    const second = await addTotp(product, who);
    const challenge = await actors.check(who);
    expect((await removeMethod(product, who, await methodIdOf(product, who))).status).toBe(204);
    expect((await actors.verify(challenge, totpCode(who.totpSecret))).status).toBe(401);
    expect(await endOfWorkflow(product, challenge)).toBe('COMPLETED');
    const next = await actors.check(who);
    expect((await actors.verify(next, totpCode(who.totpSecret))).status).toBe(401);
    await actors.forgetSpentCodes(who);
    expect((await actors.verify(next, totpCode(second.secret))).status).toBe(200);
    expect(await eventsOf(product, who, 'method.removed')).toEqual([
      expect.objectContaining({ clientId: 'operator', details: { by: 'client', method: 'totp' } }),
    ]);
  });

  it('is not found a second time, nor by somebody else, nor while it is being enrolled', async () => {
    const { actors } = product;
    const [who, other] = [await actors.person(), await actors.person()];
    await addTotp(product, who);
    const id = await methodIdOf(product, who);
    expect((await removeMethod(product, other, id)).body['code']).toBe('not_found');
    expect((await removeMethod(product, who, id)).status).toBe(204);
    expect((await removeMethod(product, who, id)).body['code']).toBe('not_found');
    const { methodId } = await beginTotp(product, who);
    expect((await removeMethod(product, who, methodId)).body['code']).toBe('not_found');
  });

  it('takes fresh MFA of its user', async () => {
    const user = await atPortal(product, await withPassword());
    await addTotp(product, user.who);
    const path = `${METHODS}/${await methodIdOf(product, user.who)}`;
    await proofIsStale(product, user);
    expect((await user.call('DELETE', path)).body['code']).toBe('fresh_mfa_required');
    expect(await methodsOf(product, user.who)).toHaveLength(2);
  });
});

describe('the last factor', () => {
  it('of a user with a password stays, for herself and for a client', async () => {
    const user = await atPortal(product, await withPassword());
    await codesFor(product, user.who);
    const id = await methodIdOf(product, user.who);
    for (const refused of [
      await user.call('DELETE', `${METHODS}/${id}`),
      await removeMethod(product, user.who, id),
    ])
      expect([refused.status, refused.body['code']]).toEqual([409, 'last_factor']);
    expect(await statusOf(product, user.who)).toMatchObject({ mfaEnabled: true, backupCodesLeft: 10 });
    expect(await eventsOf(product, user.who, 'method.removed')).toEqual([]);
  });

  it('of two that are removed at the same moment stays', async () => {
    const who = await withPassword();
    await addTotp(product, who);
    const ids = (await methodsOf(product, who)).map((method) => String(method['id']));
    const answers = await Promise.all(ids.map((id) => removeMethod(product, who, id)));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 409]);
    expect(await methodsOf(product, who)).toHaveLength(1);
  });

  it('stays while an application of the organization always asks', async () => {
    const { actors, stack } = product;
    const who = await actors.person();
    const id = await methodIdOf(product, who);
    const at = await actors.application({ mfaPolicy: 'always' });
    expect((await removeMethod(product, who, id)).body['code']).toBe('last_factor');
    const path = `/api/v1/applications/${at.clientId}`;
    await stack.call('PATCH', path, { as: 'operator', body: { mfaPolicy: 'smart' } });
    expect((await removeMethod(product, who, id)).status).toBe(204);
  });

  it('where nothing demands one goes with the backup codes and the trust in devices', async () => {
    const { actors, stack } = product;
    const who: Person = await actors.settledPerson();
    const codes = await codesFor(product, who);
    const id = await methodIdOf(product, who);
    const challenge = await actors.check(who, { fingerprint: 'elsewhere', deviceToken: undefined });
    expect((await removeMethod(product, who, id)).status).toBe(204);
    expect(await statusOf(product, who)).toMatchObject({
      mfaEnabled: false,
      methods: { totp: false, backupCode: false },
      backupCodesLeft: 0,
      trustedDevices: 0,
    });
    expect((await answerWithCode(product, challenge, codes[0])).status).toBe(401);
    const left = await stack.database.pool.query('select 1 from backup_codes where user_id = $1', [
      who.userId,
    ]);
    expect(left.rowCount).toBe(0);
  });
});

describe('backup codes', () => {
  it('are removed as one method, and leave the other factor', async () => {
    const { actors } = product;
    const who = await withPassword();
    const [code] = await codesFor(product, who);
    const id = await methodIdOf(product, who, 'backupCode');
    expect((await removeMethod(product, who, id)).status).toBe(204);
    const challenge = await actors.check(who);
    expect(challenge.body['methods']).toMatchObject({ totp: true, backupCode: false });
    expect((await answerWithCode(product, challenge, code)).status).toBe(401);
  });

  it('go when an administrator resets the factors', async () => {
    const who = await product.actors.person();
    await codesFor(product, who);
    const path = `/api/v1/admin/users/${who.userId}/reset-factors`;
    expect((await product.stack.call('POST', path, { as: 'operator' })).status).toBe(204);
    expect(await methodsOf(product, who)).toEqual([]);
  });
});
