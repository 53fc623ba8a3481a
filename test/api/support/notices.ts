/** The messages to a user as an administrator sees them while there is no mail server. */
import type { Product } from './product';

export interface ShownNotice {
  readonly kind: string;
  readonly recipient: string;
  readonly subject: string | null;
  readonly text: string | null;
  readonly sentAt: string | null;
  readonly failure: string | null;
}

/** All of them, oldest first. */
export async function noticesTo(
  { stack }: Pick<Product, 'stack'>,
  { userId }: { userId: string },
): Promise<ShownNotice[]> {
  const answer = await stack.call('GET', `/api/v1/admin/outbox?userId=${userId}`, { as: 'operator' });
  if (answer.status !== 200) throw new Error(`no outbox: ${answer.text}`);
  return (answer.body['notices'] as ShownNotice[]).reverse();
}

/** The code in a message; empty when it has none. */
export function codeIn(notice: Pick<ShownNotice, 'text'> | undefined): string {
  return /\b(\d{8})\b/.exec(notice?.text ?? '')?.[1] ?? '';
}
