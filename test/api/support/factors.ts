/** Factors over HTTP, as the operator for somebody: adding authenticators, listing, naming, removing. */
import type { HttpAnswer } from '../../support/http-client';
import { totpCode } from '../../support/totp';
import type { Person } from './actors';
import { until } from './patience';
import type { Product } from './product';

export const METHODS = '/api/v1/auth/mfa/methods';

export interface Authenticator {
  readonly methodId: string;
  readonly secret: string;
}

/** Begins the enrolment of an authenticator. */
export async function beginTotp({ stack }: Product, who: Person): Promise<Authenticator> {
  const begun = await stack.call('POST', `${METHODS}/totp?userId=${who.userId}`, { as: 'operator' });
  if (begun.status !== 201) throw new Error(`not begun: ${begun.text}`);
  return { methodId: begun.body['methodId'], secret: begun.body['secret'] };
}

/** Confirms it with its first code. */
export function confirmTotp(
  { stack }: Product,
  who: Person,
  { begun, ...options }: { begun: Authenticator; name?: string; additional?: boolean },
): Promise<HttpAnswer> {
  return stack.call('POST', `${METHODS}/totp/${begun.methodId}/confirm?userId=${who.userId}`, {
    as: 'operator',
    body: { code: totpCode(begun.secret), ...options },
  });
}

/** One more authenticator beside those that the user has. */
export async function addTotp(product: Product, who: Person, name?: string): Promise<Authenticator> {
  const begun = await beginTotp(product, who);
  const options = { begun, additional: true, ...(name !== undefined && { name }) };
  const confirmed = await confirmTotp(product, who, options);
  if (confirmed.status !== 200) throw new Error(`not confirmed: ${confirmed.text}`);
  return begun;
}

export async function methodsOf({ stack }: Product, who: Person): Promise<HttpAnswer['body'][]> {
  const listed = await stack.call('GET', `${METHODS}?userId=${who.userId}`, { as: 'operator' });
  return listed.body['methods'];
}

/** The id of the authenticator that the person was created with, or of the set of codes. */
export async function methodIdOf(product: Product, who: Person, type = 'totp'): Promise<string> {
  return (await methodsOf(product, who)).find((method) => method['type'] === type)?.['id'];
}

/** Removes a factor; a 503 removed nothing and is asked again. */
export function removeMethod({ stack }: Product, who: Person, methodId: string): Promise<HttpAnswer> {
  const ask = () => stack.call('DELETE', `${METHODS}/${methodId}?userId=${who.userId}`, { as: 'operator' });
  return until(ask, ({ status }) => status !== 503);
}
