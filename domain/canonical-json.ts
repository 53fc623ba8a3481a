/** The one way to write a JSON value (RFC 8785): equal values give equal text, whatever order they were sent in. */

/**
 * Canonical JSON of a parsed JSON value. Property names sort by UTF-16 code units (§3.2.3); strings and numbers are
 * serialised as ECMAScript does (§3.2.2). Input must be JSON: no `undefined`, no cycles.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, entry: unknown) =>
    typeof entry === 'object' && entry !== null && !Array.isArray(entry)
      ? Object.fromEntries(Object.entries(entry).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : entry,
  );
}
