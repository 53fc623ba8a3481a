/** Backup codes: shown once, each good once, and only beside another factor. */
import { totpCode } from '../support/totp';
import { answerWithCode, BACKUP_CODES, codesFor, eventsOf, statusOf } from './support/backup-codes';
import { useProduct } from './support/product';

const product = useProduct();

describe('a backup code', () => {
  it('is one of ten, numbered, with 80 random bits, told once and not to be stored on the way', async () => {
    const who = await product.actors.person();
    const made = await product.stack.call('POST', `${BACKUP_CODES}?userId=${who.userId}`, { as: 'operator' });
    expect(made.status).toBe(201);
    expect(made.headers.get('cache-control')).toBe('no-store');
    const { codes } = made.body as { codes: string[] };
    expect(codes.map((code) => code.charAt(0)).join('')).toBe('0123456789');
    for (const code of codes) expect(code).toMatch(/^\d(-[0-9A-HJKMNP-TV-Z]{4}){4}$/);
    expect(new Set(codes.map((code) => code.slice(1))).size).toBe(10);
    const stored = await product.stack.database.pool.query<{ hash: string }>(
      'select hash from backup_codes where user_id = $1',
      [who.userId],
    );
    expect(stored.rows.every(({ hash }) => hash.startsWith('$argon2id$v=19$m=19456,t=2,p=1$'))).toBe(true);
  });

  it('answers a challenge once, in no session a second time, and every other code still works', async () => {
    const { actors } = product;
    const who = await actors.person();
    const [first = '', second = ''] = await codesFor(product, who);
    const challenge = await actors.check(who);
    expect(challenge.body['methods']).toMatchObject({ totp: true, backupCode: true });
    expect((await answerWithCode(product, challenge, first)).status).toBe(200);
    expect((await answerWithCode(product, challenge, first)).body['code']).toBe('verification_failed');
    const next = await actors.check(who);
    expect((await answerWithCode(product, next, first)).body['code']).toBe('verification_failed');
    expect((await answerWithCode(product, next, second)).status).toBe(200);
    expect(await statusOf(product, who)).toMatchObject({ backupCodesLeft: 8 });
  });

  it('is read in any case, with spaces and dashes anywhere, and with letters for the digits they look like', async () => {
    const { actors } = product;
    const who = await actors.person();
    const codes = await codesFor(product, who);
    const typed = [
      (code: string) => code.toLowerCase(),
      (code: string) => code.replaceAll('-', ''),
      (code: string) => `  ${code.replaceAll('-', ' - ')} `,
      (code: string) => code.replaceAll('0', 'o').replaceAll('1', 'l'),
      (code: string) => code.replaceAll('0', 'O').replaceAll('1', 'I'),
    ];
    for (const [n, type] of typed.entries()) {
      const challenge = await actors.check(who);
      expect((await answerWithCode(product, challenge, type(codes[n] ?? ''))).status).toBe(200);
    }
  });

  it("is nobody else's: another user's code is wrong", async () => {
    const { actors } = product;
    const [who, other] = [await actors.person(), await actors.person()];
    await codesFor(product, who);
    const [foreign] = await codesFor(product, other);
    const refused = await answerWithCode(product, await actors.check(who), foreign);
    expect(refused.body['code']).toBe('verification_failed');
    expect((await answerWithCode(product, await actors.check(other), foreign)).status).toBe(200);
  });

  it('makes no device trusted, also where that is asked for, and proves MFA all the same', async () => {
    const { actors } = product;
    const who = await actors.person();
    const [code] = await codesFor(product, who);
    const verified = await answerWithCode(product, await actors.check(who), code, { trustDevice: true });
    expect(verified.status).toBe(200);
    expect(verified.body['deviceToken']).toBeUndefined();
    expect(verified.body['receipt']).toEqual(expect.any(String));
    const claims = JSON.parse(
      Buffer.from(String(verified.body['receipt']).split('.')[1] ?? '', 'base64url').toString(),
    );
    expect(claims).toMatchObject({ acr: 'urn:zewstid:acr:mfa', amr: ['pwd', 'rba', 'otp', 'mfa'] });
    expect(await statusOf(product, who)).toMatchObject({ trustedDevices: 0 });
  });

  it('is audited with the number that is left, before the sign-in ends', async () => {
    const { actors } = product;
    const who = await actors.person();
    const [code] = await codesFor(product, who);
    const challenge = await actors.check(who);
    await answerWithCode(product, challenge, code);
    expect(await actors.auditOf(challenge)).toEqual([
      expect.any(String),
      'MFA session created',
      'Backup code used',
      'MFA verification successful',
    ]);
    expect(await eventsOf(product, who, 'backup_codes.used')).toEqual([
      expect.objectContaining({ details: { left: 9 } }),
    ]);
    expect(await eventsOf(product, who, 'backup_codes.created')).toEqual([
      expect.objectContaining({ clientId: 'operator', details: { by: 'client', codes: 10 } }),
    ]);
  });
});

describe('a set of codes', () => {
  it('made anew kills the old one at once, and ends the challenges that were open', async () => {
    const { actors } = product;
    const who = await actors.person();
    const [old] = await codesFor(product, who);
    const before = await actors.check(who);
    const [fresh] = await codesFor(product, who);
    expect((await answerWithCode(product, before, fresh)).status).toBe(401);
    expect(await actors.decisionOf(before)).toMatchObject({ state: 'cancelled' });
    const after = await actors.check(who);
    expect((await answerWithCode(product, after, old)).body['code']).toBe('verification_failed');
    expect((await answerWithCode(product, after, fresh)).status).toBe(200);
  });

  it('made twice at the same moment is one set of ten', async () => {
    const { actors } = product;
    const who = await actors.person();
    const sets = await Promise.all([1, 2, 3].map(() => codesFor(product, who)));
    expect(await statusOf(product, who)).toMatchObject({ backupCodesLeft: 10 });
    const statuses: number[] = [];
    for (const [first] of sets)
      statuses.push((await answerWithCode(product, await actors.check(who), first)).status);
    expect(statuses.sort()).toEqual([200, 401, 401]);
  });

  it('used up is no method any more; its owner was told at three, and when the last one went', async () => {
    const { actors, stack } = product;
    const who = await actors.person({ email: 'low@example.org' });
    for (const code of await codesFor(product, who))
      expect((await answerWithCode(product, await actors.check(who), code)).status).toBe(200);
    const challenge = await actors.check(who);
    expect(challenge.body['methods']).toMatchObject({ totp: true, backupCode: false });
    expect(await statusOf(product, who)).toMatchObject({ backupCodesLeft: 0, mfaEnabled: true });
    const told = await stack.database.pool.query(
      `select params from outbox where user_id = $1 and kind = 'backup_codes_low' order by id`,
      [who.userId],
    );
    expect(told.rows).toEqual([{ params: { left: 3 } }, { params: { left: 0 } }]);
    expect((await actors.verify(challenge, totpCode(who.totpSecret))).status).toBe(200);
  });

  it('does not stand alone: without another factor there are no codes', async () => {
    const who = await product.actors.person({ method: false });
    const refused = await product.stack.call('POST', `${BACKUP_CODES}?userId=${who.userId}`, {
      as: 'operator',
    });
    expect(refused.status).toBe(403);
    expect(refused.body['code']).toBe('no_methods_enrolled');
  });

  it('alone is challenged all the same, never let in', async () => {
    const { actors, stack } = product;
    const who = await actors.person();
    const [code] = await codesFor(product, who);
    // No request leads here: whoever removes the last factor removes the codes.
    await stack.database.pool.query('delete from totp_authenticators where user_id = $1', [who.userId]);
    const challenge = await actors.check(who);
    expect(challenge.body).toMatchObject({ mfaRequired: true, methods: { totp: false, backupCode: true } });
    expect((await answerWithCode(product, challenge, code)).status).toBe(200);
  });
});
