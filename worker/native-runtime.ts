/** The native part of the Temporal SDK: one per process, with our logger; signals stay ours. */
import { Runtime } from '@temporalio/worker';
import { createSdkLogger, type Logger } from '../runtime/logger';

/** Call it once, before the first worker or native connection. */
export function installNativeRuntime(logger: Logger): void {
  Runtime.install({
    shutdownSignals: [],
    logger: createSdkLogger(logger),
    telemetryOptions: { logging: { filter: 'WARN', forward: {} } },
  });
}
