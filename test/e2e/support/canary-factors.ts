/** Seeds and backup codes on their way to somebody, and what is typed of them. */
import { until } from '../../support/instance';
import type { SmtpServer } from '../../support/smtp-server';
import { totpCode } from '../../support/totp';
import { hex, type Shop, type Stage, type Who } from './canary-stage';

/** A user without a method: e-mail proof, enrolment token, new seed, confirming code. */
export async function enrol({ call, plant, browser }: Stage, shop: Shop, smtp: SmtpServer): Promise<void> {
  const email = plant('e-mail to enrol', `${hex()}@example.org`);
  const created = await call('POST', '/api/v1/users', {
    as: 'operator',
    body: {
      login: plant('login to enrol', `login-${hex()}`),
      email,
    },
  });
  const userId = created.body['userId'] as string;
  const body = { userId, ...browser };
  const refusal = await call('POST', '/api/v1/auth/mfa/status/check', {
    as: shop.clientId,
    clientSecret: shop.clientSecret,
    body,
  });
  const enrollmentSessionId = plant('enrollmentSessionId', refusal.body['enrollmentSessionId']);
  await call('POST', '/api/v1/auth/mfa/enrollment/email', { body: { enrollmentSessionId } });
  const find = () => Promise.resolve(smtp.mails.find(({ to }) => to === email) ?? null);
  const mail = await until(find, { what: 'a code by e-mail' });
  const code = plant('code by e-mail', /\b\d{8}\b/.exec(mail.text)?.[0] ?? '');
  const token = await call('POST', '/api/v1/auth/mfa/enrollment/confirm', {
    body: { enrollmentSessionId, code },
  });
  const bearer = plant('enrollmentToken', token.body['enrollmentToken']);
  const headers = { authorization: `Bearer ${bearer}` };
  const begun = await call('POST', '/api/v1/auth/mfa/methods/totp', { headers });
  const seed = plant('enrolled seed', begun.body['secret']);
  const path = `/api/v1/auth/mfa/methods/totp/${begun.body['methodId']}/confirm`;
  const confirmed = await call('POST', path, {
    headers,
    body: { code: plant('confirming code', totpCode(seed)) },
  });
  if (confirmed.status !== 200) throw new Error(`not enrolled: ${confirmed.text}`);
}

/** Ten codes: one that is right, one mistyped, one of a user who is not asked, one used again, and a new set. */
export async function useBackupCodes({ call, plant, browser }: Stage, who: Who): Promise<void> {
  const { clientId, clientSecret, userId } = who;
  const makeCodes = async (name: string): Promise<string[]> => {
    const path = `/api/v1/auth/mfa/methods/backup-codes?userId=${userId}`;
    const made = await call('POST', path, { as: 'operator' });
    const codes: string[] = made.body['codes'];
    for (const [n, code] of codes.entries()) {
      plant(`${name} ${n}`, code);
      plant(`${name} ${n}, letters`, code.slice(2).replaceAll('-', ''));
    }
    return codes;
  };
  const answer = async (code: string) => {
    const challenge = await call('POST', '/api/v1/auth/mfa/status/check', {
      as: clientId,
      clientSecret,
      body: { userId, ...browser, fingerprint: plant(`fingerprint for ${code}`, `print-${hex()}`) },
    });
    const { mfaSessionId } = challenge.body;
    const body = { mfaSessionId, method: 'backupCode', code };
    return (await call('POST', '/api/v1/auth/mfa/verify', { body })).status;
  };
  const [right = '', other = ''] = await makeCodes('backup code');
  const mistyped = plant('mistyped backup code', `${other.slice(0, -1)}${other.endsWith('7') ? 'X' : '7'}`);
  const typed = plant('backup code as typed', right.toLowerCase().replaceAll('-', ' '));
  const statuses = [await answer(mistyped), await answer(typed), await answer(right)];
  await makeCodes('new backup code');
  statuses.push(await answer(other));
  if (statuses.join() !== '401,200,401,401') throw new Error(`backup codes: ${statuses.join()}`);
}
