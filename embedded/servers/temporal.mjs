/**
 * Temporal with its Web UI. Owns: TEMPORAL_ADDRESS → our own live one → a dev server of the first CLI that
 * works, on loopback, with its file in `.run/temporal.db` (so that open sign-ins outlive it).
 */
import { join } from 'node:path';
import { NAMED_LIMITS, NamedSourceFailed } from '../chain.mjs';
import { serverEnvironment } from '../find-program.mjs';
import { acceptsConnections, waitUntil } from '../ready.mjs';
import { temporalIsReady } from './grpc-probe.mjs';
import { startOnFreePort } from './start-on-free-port.mjs';
import { findTemporalProgram } from './temporal-binary.mjs';

/** What operators search workflows by; none holds personal data. */
export const SEARCH_ATTRIBUTES = ['MfaClientId', 'MfaOutcome', 'MfaPolicy', 'MfaRiskBand'];

/** Without these every new workflow waits on a 50 ms grid. */
const FAST_QUEUES = ['transfer', 'timer', 'visibility'].map(
  (queue) => `history.${queue}ProcessorMaxPollRPS=1000`,
);

async function useNamed(context, namespace, note) {
  const address = context.env.TEMPORAL_ADDRESS;
  note(`TEMPORAL_ADDRESS ${address}, namespace ${namespace}`);
  const [, host, port] = /^(.+):(\d+)$/.exec(address) ?? [];
  if (!port) throw new NamedSourceFailed(`TEMPORAL_ADDRESS=${address} is not host:port`);
  try {
    const limits = { what: 'Temporal', ...NAMED_LIMITS };
    await waitUntil(() => acceptsConnections(host.replace(/^\[|\]$/g, ''), Number(port)), limits);
  } catch (error) {
    throw new NamedSourceFailed(
      `TEMPORAL_ADDRESS is set but ${error.message}; start that server or unset it`,
    );
  }
  return { address, namespace, ui: context.env.TEMPORAL_UI_URL || null, process: null };
}

/** The arguments of `temporal`; without a file the server keeps everything in memory. */
export function devServerArguments({ ports, namespace, dbFile }) {
  const repeat = (flag, values) => values.flatMap((value) => [flag, value]);
  const file = dbFile
    ? ['--db-filename', dbFile, ...repeat('--sqlite-pragma', ['journal_mode=wal', 'synchronous=normal'])]
    : [];
  return [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--log-level', 'warn', '--log-format', 'json'],
    ...['--port', String(ports.temporal), '--ui-port', String(ports.temporalUi)],
    ...file,
    ...(namespace === 'default' ? [] : ['--namespace', namespace]),
    ...repeat('--dynamic-config-value', FAST_QUEUES),
    ...repeat(
      '--search-attribute',
      SEARCH_ATTRIBUTES.map((name) => `${name}=Keyword`),
    ),
  ];
}

async function startNew(context, { identity, namespace, dbFile }, note) {
  note('looking for a server program');
  const { found, passedOver } = await findTemporalProgram(context);
  note(`starting ${found.description}`);
  const started = await startOnFreePort(context, {
    what: 'Temporal',
    purposes: ['temporal', 'temporalUi'],
    withinMs: 60_000,
    spec(ports) {
      const args = devServerArguments({ ports, namespace, dbFile });
      const env = serverEnvironment(context.env);
      const mentions = dbFile ?? `--port ${ports.temporal}`;
      return {
        ...identity,
        mentions,
        plan: () => ({ command: found.program, args, env, cwd: context.runDir }),
      };
    },
    probe: ({ temporal }) => isReady(temporal, namespace),
  });
  note(
    `${found.description}, port ${started.ports.temporal} (${['TEMPORAL_ADDRESS: not set', ...passedOver].join('; ')})`,
  );
  return started;
}

function isReady(port, namespace) {
  return temporalIsReady(`127.0.0.1:${port}`, { namespace, searchAttributes: SEARCH_ATTRIBUTES });
}

/**
 * Finds or starts Temporal.
 * @param {import('../context.mjs').Context} context
 * @param {{inMemory?: boolean}} options
 * @param {(text: string) => void} note
 * @returns {Promise<{address: string, namespace: string, ui: string | null, process: object | null}>}
 */
export async function bringUpTemporal(context, { inMemory = false }, note) {
  const namespace = context.env.TEMPORAL_NAMESPACE || 'default';
  if (context.env.TEMPORAL_ADDRESS) return useNamed(context, namespace, note);
  const dbFile = inMemory ? null : join(context.runDir, 'temporal.db');
  const signature = JSON.stringify([dbFile, namespace]);
  const identity = { name: 'temporal', role: 'temporal', mentions: dbFile ?? 'start-dev', signature };
  const left = await context.takeOver(identity, ({ temporal }) => isReady(temporal, namespace));
  if (left) note(`our own, still running (pid ${left.process.pid()}), port ${left.ports.temporal}`);
  const { process, ports } = left ?? (await startNew(context, { identity, namespace, dbFile }, note));
  return {
    address: `127.0.0.1:${ports.temporal}`,
    namespace,
    ui: `http://127.0.0.1:${ports.temporalUi}`,
    process,
  };
}
