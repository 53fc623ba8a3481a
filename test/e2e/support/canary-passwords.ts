/** Passwords on their way through the product: refused, wrong, used and changed. */
import { hex, type Stage } from './canary-stage';

/** A user without a factor signs in by password and changes it; throws when that does not work. */
export async function changePassword({ call, plant, browser }: Stage): Promise<void> {
  const password = plant('first password', `first-${hex()}`);
  const login = plant('login with a password', `login-${hex()}`);
  const create = (chosen: string) =>
    call('POST', '/api/v1/users', { as: 'operator', body: { login, password: chosen } });
  await create(plant('refused password of a new user', `${login}!`));
  await create(password);
  const signIn = (tried: string) =>
    call('POST', '/api/v1/auth/sign-in', { as: 'demo-shop', body: { login, password: tried, ...browser } });
  await signIn(plant('wrong password', `wrong-${hex()}`));
  const { accessToken } = (await signIn(password)).body;
  plant('access token of a password', String(accessToken).split('.')[2] ?? '');
  const change = (currentPassword: string, newPassword: string) =>
    call('POST', '/api/v1/auth/password', {
      headers: { authorization: `Bearer ${accessToken}` },
      body: { currentPassword, newPassword },
    });
  const next = plant('new password', `next-${hex()}`);
  await change(password, plant('refused new password', `${login}?`));
  await change(plant('wrong current password', `current-${hex()}`), next);
  const changed = await change(password, next);
  if (changed.status !== 204) throw new Error(`password not changed: ${changed.text}`);
}
