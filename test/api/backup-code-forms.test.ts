/** What may be sent as a backup code, and what a repeated request gets. */
import { randomUUID } from 'node:crypto';
import type { HttpAnswer } from '../support/http-client';
import { answerWithCode, codesFor, spoilt, statusOf, triesOf } from './support/backup-codes';
import { useProduct } from './support/product';

const product = useProduct();

const failed = ({ body }: HttpAnswer) => body['code'] === 'verification_failed';

describe('what is no backup code', () => {
  const FORMS: [string, unknown][] = [
    ['nothing', ''],
    ['a TOTP code', '123456'],
    ['one letter too few', '3-K7Q4-MXR9-PTZ8-HVW'],
    ['one letter too many', '3-K7Q4-MXR9-PTZ8-HVW22'],
    ['a letter for the number', 'A-K7Q4-MXR9-PTZ8-HVW2'],
    ['a letter that is not in the alphabet', '3-U7Q4-MXR9-PTZ8-HVW2'],
    ['full-width digits', '３-K7Q4-MXR9-PTZ8-HVW2'],
    ['Arabic digits', '٣-K7Q4-MXR9-PTZ8-HVW2'],
    ['a long s for an s', '3-K7Q4-MXR9-PTZ8-HVWſ'],
    ['NUL', '3-K7Q4-MXR9-PTZ8-HVW2\0'],
    ['a line break', '3-K7Q4-MXR9-PTZ8-HVW2\n'],
    ['a tab', '3\tK7Q4-MXR9-PTZ8-HVW2'],
    ['endless spaces', `3-K7Q4-MXR9-PTZ8-HVW2${' '.repeat(60)}`],
    ['a number', 34567],
    ['a list', ['3-K7Q4-MXR9-PTZ8-HVW2']],
    ['null', null],
    ['an object', { code: '3-K7Q4-MXR9-PTZ8-HVW2' }],
  ];

  it.each(FORMS)('is 400 and costs no try: %s', async (_, code) => {
    const { actors } = product;
    const who = await actors.person();
    await codesFor(product, who);
    const challenge = await actors.check(who);
    const refused = await answerWithCode(product, challenge, code);
    expect(refused.status).toBe(400);
    expect(refused.body['detail']).toMatch(/^(body\/code: |Text must be well-formed Unicode)/);
    expect(await triesOf(product, who)).toBe(0);
  });

  it('is 400 for a method that nobody has', async () => {
    const { actors, stack } = product;
    const challenge = await actors.check(await actors.person());
    for (const method of ['sms', 'TOTP', '', 7, null, '__proto__']) {
      const refused = await stack.call('POST', '/api/v1/auth/mfa/verify', {
        body: { mfaSessionId: challenge.body['mfaSessionId'], method, code: '123456' },
      });
      expect([method, refused.status]).toEqual([method, 400]);
    }
  });
});

describe('verify with an Idempotency-Key', () => {
  const newKey = () => ({ 'idempotency-key': randomUUID() });

  it('repeated gives the same answer, and spends one code', async () => {
    const who = await product.actors.person();
    const [code] = await codesFor(product, who);
    const challenge = await product.actors.check(who);
    const headers = newKey();
    const first = await answerWithCode(product, challenge, code, { headers });
    expect(first.status).toBe(200);
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => answerWithCode(product, challenge, code, { headers })),
    );
    for (const answer of answers) expect([answer.status, answer.body]).toEqual([200, first.body]);
    expect(await statusOf(product, who)).toMatchObject({ backupCodesLeft: 9 });
  });

  it('repeated after a wrong code stays wrong, and costs one try', async () => {
    const who = await product.actors.person();
    const [code = ''] = await codesFor(product, who);
    const challenge = await product.actors.check(who);
    const headers = newKey();
    for (let n = 0; n < 3; n += 1)
      expect(failed(await answerWithCode(product, challenge, spoilt(code), { headers }))).toBe(true);
    expect(await triesOf(product, who)).toBe(1);
  });

  it('with the key of another code or method is 422', async () => {
    const { actors, stack } = product;
    const who = await actors.person();
    const [code, other] = await codesFor(product, who);
    const challenge = await actors.check(who);
    const headers = newKey();
    await answerWithCode(product, challenge, code, { headers });
    expect((await answerWithCode(product, challenge, other, { headers })).status).toBe(422);
    const totp = { mfaSessionId: challenge.body['mfaSessionId'], method: 'totp', code: '123456' };
    const reused = await stack.call('POST', '/api/v1/auth/mfa/verify', { headers, body: totp });
    expect(reused.body['code']).toBe('idempotency_key_reused');
  });
});
