/** The transaction that a receipt is bound to (PSD2 dynamic linking), and its hash. */
import { base64url } from 'jose';
import type { RedeemBody } from './generated/api-types';

export type Transaction = NonNullable<RedeemBody['transaction']>;

/** `base64url(SHA-256(RFC 8785))` of a transaction, as in a receipt's `transaction_hash`. */
export async function transactionHash(transaction: Transaction): Promise<string> {
  const text = new TextEncoder().encode(canonicalTransaction(transaction));
  return base64url.encode(new Uint8Array(await crypto.subtle.digest('SHA-256', text)));
}

/** Names sorted by UTF-16 code units (RFC 8785 §3.2.3): amount, currency, payee, reference. */
function canonicalTransaction({ amount, currency, payee, reference }: Transaction): string {
  return JSON.stringify({ amount, currency, payee, ...(reference !== undefined && { reference }) });
}
