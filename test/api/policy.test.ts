/** What a policy means: `always`, `smart`, `never`, and the four portals, whose policy is fixed. */
import { PORTAL_CLIENT_IDS } from '../../domain/policy/policy';
import { NEW_YORK } from '../support/fake-network';
import { randomIp, randomName, type Person } from './support/actors';
import { useProduct } from './support/product';

const product = useProduct();

/** A new device at an address on a threat list: 100 points. */
function attack(): object {
  const ip = randomIp();
  product.stack.network.set(ip, { ...NEW_YORK, asn: 64500, classes: ['threat_intel'] });
  return { ip, fingerprint: randomName(), deviceToken: undefined };
}

describe('always', () => {
  it('asks for MFA on a trusted device at a known address', async () => {
    const who = await product.actors.settledPerson();
    const at = await product.actors.application({ mfaPolicy: 'always' });
    const answer = await product.actors.check(who, {}, { at });
    expect(answer.body).toMatchObject({ mfaRequired: true, requireMFA: true });
    expect(await product.actors.decisionOf(answer)).toMatchObject({
      outcome: 'challenge',
      policy: 'always',
      reason: 'policy_always',
      riskScore: 0,
    });
    expect((await product.actors.auditOf(answer))[0]).toBe('MFA required: application policy');
  });

  it('blocks at a score of 80', async () => {
    const who = await product.actors.settledPerson();
    const at = await product.actors.application({ mfaPolicy: 'always' });
    const answer = await product.actors.check(who, attack(), { at });
    expect(answer.status).toBe(403);
    expect(await product.actors.decisionOf(answer)).toMatchObject({ outcome: 'block', riskScore: 100 });
  });
});

describe('never', () => {
  it('lets everybody in and still records the risk', async () => {
    const who = await product.actors.settledPerson();
    const at = await product.actors.application({ mfaPolicy: 'never' });
    const answer = await product.actors.check(who, attack(), { at });
    expect(answer.body).toMatchObject({ mfaRequired: false, requireMFA: false, enrollmentRequired: false });
    expect(await product.actors.decisionOf(answer)).toMatchObject({
      outcome: 'allow',
      policy: 'never',
      reason: 'policy_never',
      riskScore: 100,
    });
    expect(await product.actors.auditOf(answer)).toEqual(['MFA skipped: application policy']);
  });

  it('teaches the profile nothing: an attacker let in is a stranger to every other application', async () => {
    const who = await product.actors.settledPerson();
    const at = await product.actors.application({ mfaPolicy: 'never' });
    const stranger = { fingerprint: randomName(), deviceToken: undefined };
    expect((await product.actors.check(who, stranger, { at })).body['mfaRequired']).toBe(false);
    const elsewhere = await product.actors.check(who, stranger);
    expect(elsewhere.body['mfaRequired']).toBe(true);
    const { signals } = await product.actors.decisionOf(elsewhere);
    expect(signals).toContainEqual({ code: 'new_device', points: 30 });
  });

  it('with blockOnCritical blocks at a score of 80 and lets in below', async () => {
    const who = await product.actors.settledPerson();
    const at = await product.actors.application({
      mfaPolicy: 'never',
      settings: { blockOnCritical: true },
    });
    expect((await product.actors.check(who, attack(), { at })).status).toBe(403);
    const stranger = { fingerprint: randomName(), deviceToken: undefined };
    expect((await product.actors.check(who, stranger, { at })).body['mfaRequired']).toBe(false);
  });
});

describe('smart', () => {
  it("follows the application's thresholds, at the very number", async () => {
    const who = await product.actors.settledPerson();
    const newDevice = { fingerprint: randomName(), deviceToken: undefined };
    const outcomes: unknown[] = [];
    for (const settings of [
      { mfaThreshold: 31 },
      { mfaThreshold: 30 },
      { mfaThreshold: 30, blockThreshold: 31 },
      { mfaThreshold: 30, blockThreshold: 30 },
    ]) {
      const at = await product.actors.application({ settings });
      const answer = await product.actors.check(who, newDevice, { at });
      outcomes.push((await product.actors.decisionOf(answer))['outcome']);
    }
    expect(outcomes).toEqual(['allow', 'challenge', 'challenge', 'block']);
  });

  it("follows the application's weights", async () => {
    const who = await product.actors.settledPerson();
    const at = await product.actors.application({ settings: { weights: { new_device: 90 } } });
    const answer = await product.actors.check(who, { fingerprint: randomName() }, { at });
    expect(answer.status).toBe(403);
  });
});

describe.each(PORTAL_CLIENT_IDS)('the portal %s', (clientId) => {
  const atPortal = (who: Person, change: object = {}) =>
    product.actors.check(who, { clientId, ...change }, { as: 'operator' });

  it('asks for MFA on a trusted device at a known address', async () => {
    const answer = await atPortal(await product.actors.settledPerson());
    expect(answer.body).toMatchObject({ mfaRequired: true, requireMFA: true });
    expect(await product.actors.decisionOf(answer)).toMatchObject({
      clientId,
      outcome: 'challenge',
      policy: 'always',
      reason: 'portal',
      riskScore: 0,
    });
    expect((await product.actors.auditOf(answer))[0]).toBe('MFA required: ZewstID portal');
  });

  it('blocks at a score of 80', async () => {
    expect((await atPortal(await product.actors.settledPerson(), attack())).status).toBe(403);
  });

  it('refuses every change of its policy', async () => {
    for (const body of [{ mfaPolicy: 'never' }, { settings: { blockThreshold: 100 } }, { name: 'x' }]) {
      const refused = await product.stack.call('PATCH', `/api/v1/applications/${clientId}`, {
        as: 'operator',
        body,
      });
      expect(refused.status).toBe(409);
      expect(refused.body['code']).toBe('policy_fixed');
    }
  });

  it('stays strict when its row in the database says otherwise', async () => {
    const who = await product.actors.settledPerson();
    const set = (policy: string, settings: object) =>
      product.stack.database.pool.query(
        `update applications set mfa_policy = $2, settings = $3, version = version + 1 where client_id = $1`,
        [clientId, policy, JSON.stringify(settings)],
      );
    await set('never', { blockThreshold: 100, mfaThreshold: 100, whenNoMethod: 'allow' });
    expect((await atPortal(who)).body['mfaRequired']).toBe(true);
    expect((await atPortal(who, attack())).status).toBe(403);
    expect((await atPortal(await product.actors.person({ method: false }))).status).toBe(403);
    await set('smart', {});
  });
});
