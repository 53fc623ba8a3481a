/** Who may make backup codes, that they answer a step-up, and that they outlive a rotation of the master key. */
import { randomBytes } from 'node:crypto';
import { startStack } from '../support/stack';
import { answerWithCode, BACKUP_CODES, codesFor, spoilt, statusOf } from './support/backup-codes';
import { atPortal, personWithRoles, proofIsStale } from './support/portals';
import { useProduct } from './support/product';
import { secondOrganization } from './support/second-organization';

const product = useProduct();

describe('who may make them', () => {
  it('the user, with fresh MFA', async () => {
    const user = await atPortal(product, await personWithRoles(product, []));
    const made = await user.call('POST', BACKUP_CODES);
    expect(made.status).toBe(201);
    await proofIsStale(product, user);
    expect((await user.call('POST', BACKUP_CODES)).body['code']).toBe('fresh_mfa_required');
    expect(await statusOf(product, user.who)).toMatchObject({ backupCodesLeft: 10 });
  });

  it('a client with the scope, for users of its organization', async () => {
    const who = await product.actors.person();
    const path = `${BACKUP_CODES}?userId=${who.userId}`;
    expect((await product.stack.call('POST', path, { as: 'demo-shop' })).body['code']).toBe('forbidden');
    expect((await product.stack.call('POST', path)).status).toBe(401);
    const second = await secondOrganization(product);
    expect((await second.call('POST', path)).body['code']).toBe('user_not_found');
    expect((await product.stack.call('POST', BACKUP_CODES, { as: 'operator' })).status).toBe(400);
  });
});

describe('a step-up', () => {
  it('can be answered with a backup code', async () => {
    const user = await atPortal(product, await personWithRoles(product, []));
    const { codes } = (await user.call('POST', BACKUP_CODES)).body as { codes: string[] };
    await proofIsStale(product, user);
    const { fingerprint } = user.who;
    const begun = await user.call('POST', '/api/v1/auth/mfa/step-up', {
      action: 'payment',
      maxAge: 0,
      context: { fingerprint },
    });
    expect(begun.body).toMatchObject({ stepUpRequired: true, methods: { backupCode: true } });
    expect((await answerWithCode(product, begun, spoilt(codes[0] ?? ''))).status).toBe(401);
    expect((await answerWithCode(product, begun, codes[0])).status).toBe(200);
    expect((await user.call('POST', BACKUP_CODES)).status).toBe(201);
  });
});

describe('a rotation of the master key', () => {
  it('leaves the codes of before as good as those made after it', async () => {
    const { stack, actors } = product;
    const who = await actors.person();
    const codes = await codesFor(product, who);
    const env = {
      MASTER_KEY: randomBytes(32).toString('base64'),
      MASTER_KEY_PREVIOUS: stack.config.MASTER_KEY,
      DECISIONS_TASK_QUEUE: 'rotated-decisions',
    };
    const rotated = await startStack({ beside: stack, withoutWorker: false, env });
    try {
      const ask = () => actors.check(who, {}, { via: rotated });
      const wrong = await answerWithCode(product, await ask(), spoilt(codes[3] ?? ''), { via: rotated });
      expect(wrong.status).toBe(401);
      expect((await answerWithCode(product, await ask(), codes[3], { via: rotated })).status).toBe(200);
      const path = `${BACKUP_CODES}?userId=${who.userId}`;
      const made = await rotated.call('POST', path, { as: 'operator' });
      const fresh = await answerWithCode(product, await ask(), made.body['codes'][3], { via: rotated });
      expect(fresh.status).toBe(200);
    } finally {
      await rotated.stop();
    }
  });
});
