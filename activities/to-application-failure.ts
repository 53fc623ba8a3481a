/**
 * Turns whatever an activity throws into a failure with a neutral type and message: what ends in history and in the
 * Temporal UI must not carry SQL, values or addresses. The log gets the error's name, its code and where it happened.
 */
import { ApplicationFailure } from '@temporalio/common';
import type { ActivityExecuteInput, ActivityInboundCallsInterceptor, Next } from '@temporalio/worker';
import type { Logger } from '../runtime/logger';
import { errorName } from '../runtime/error-name';

/** Wraps every activity of a worker. `activity` names it in the log. */
export function createFailureInterceptor(logger: Logger, activity: string): ActivityInboundCallsInterceptor {
  return {
    async execute(input: ActivityExecuteInput, next: Next<ActivityInboundCallsInterceptor, 'execute'>) {
      try {
        return await next(input);
      } catch (error) {
        throw toApplicationFailure(error, (description) =>
          logger.warn({ activity, ...description }, 'activity failed'),
        );
      }
    },
  };
}

/** A retryable failure that says only which activity class failed. */
export function toApplicationFailure(
  error: unknown,
  report: (description: { name: string; code: string | undefined; at: string | undefined }) => void,
): ApplicationFailure {
  if (error instanceof ApplicationFailure) return error;
  const name = errorName(error);
  const code = (error as { code?: unknown } | null)?.code;
  // Stack frames only: the first line of a stack is the message.
  const at =
    error instanceof Error
      ? error.stack
          ?.split('\n')
          .find((line) => /^\s+at /.test(line))
          ?.trim()
      : undefined;
  report({ name, code: typeof code === 'string' ? code : undefined, at });
  return ApplicationFailure.retryable('a dependency failed', 'dependency_failed');
}
