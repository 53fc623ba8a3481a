/**
 * Loaded into API and worker before anything else: lets the core of Temporal's SDK publish its figures, of which the
 * product shows none. The port follows from the process id, so that the bench finds it.
 */
'use strict';
const { createRequire } = require('node:module');

const [, script = ''] = process.argv;
if (/processes[/\\](api|worker)\.js$/.test(script)) {
  const { Runtime } = createRequire(script)('@temporalio/worker');
  const install = Runtime.install.bind(Runtime);
  Runtime.install = (options) => {
    const bindAddress = `127.0.0.1:${20_000 + (process.pid % 30_000)}`;
    const telemetryOptions = { ...options.telemetryOptions, metrics: { prometheus: { bindAddress } } };
    return install({ ...options, telemetryOptions });
  };
}
