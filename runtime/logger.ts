/**
 * Structured JSON logs. Secrets are kept out at the source; the redaction list here is the second fence.
 */
import { pino, type Logger } from 'pino';

export type { Logger };

const REDACTED = [
  'code',
  'password',
  'secret',
  'clientSecret',
  'totpSecret',
  'mfaSessionId',
  'deviceToken',
  'fingerprint',
  'ip',
  'authorization',
  'receipt',
  'accessToken',
  'enrollmentToken',
  'digest',
  'seed',
];

/** A logger that writes JSON lines with a `process` name to standard output. */
export function createLogger(name: string, level: string): Logger {
  return pino({
    level,
    base: { process: name },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: REDACTED.flatMap((key) => [key, `*.${key}`]), censor: '[redacted]' },
  });
}
