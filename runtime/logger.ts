/**
 * Structured JSON logs. Secrets are kept out at the source; the redaction list here is the second fence.
 */
import { pino, type Logger } from 'pino';

export type { Logger };

const REDACTED = [
  'code',
  'codes',
  'password',
  'currentPassword',
  'newPassword',
  'passwordHash',
  'secret',
  'clientSecret',
  'totpSecret',
  'mfaSessionId',
  'deviceToken',
  'fingerprint',
  'ip',
  'authorization',
  'dpop',
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

/** The Temporal SDK's log lines in the same form, without their details: warnings and errors, the rest at `debug`. */
export function createSdkLogger(logger: Logger) {
  const write =
    (level: 'trace' | 'debug' | 'warn' | 'error') => (message: string, meta?: Record<string, unknown>) => {
      const { workflowId, runId, taskQueue, error } = meta ?? {};
      const cause = error instanceof Error ? error.name : undefined;
      logger[level]({ component: 'temporal-sdk', workflowId, runId, taskQueue, cause }, message);
    };
  const levels = {
    trace: write('trace'),
    debug: write('debug'),
    info: write('debug'),
    warn: write('warn'),
    error: write('error'),
  };
  return {
    ...levels,
    log: (level: string, message: string, meta?: Record<string, unknown>) =>
      levels[level.toLowerCase() as keyof typeof levels](message, meta),
  };
}
