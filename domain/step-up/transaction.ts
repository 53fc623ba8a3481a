/** A transaction to be approved (PSD2 dynamic linking): what the user sees is what the receipt is bound to. */
import { canonicalJson } from '../canonical-json';

export interface Transaction {
  /** Decimal, point as separator, as it is shown. */
  readonly amount: string;
  /** ISO 4217. */
  readonly currency: string;
  readonly payee: string;
  readonly reference?: string;
}

/** The text whose hash is bound into challenge and receipt (RFC 8785): any change gives another one. */
export function canonicalTransaction(transaction: Transaction): string {
  const { amount, currency, payee, reference } = transaction;
  return canonicalJson({ amount, currency, payee, ...(reference !== undefined && { reference }) });
}
