/** What of an error may be logged: its class. A message can quote values. */
export function errorName(error: unknown): string {
  return error instanceof Error ? error.name : 'unknown';
}
