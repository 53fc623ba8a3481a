/**
 * The processes of an instance: its supervisor as a child, the guardian that outlives a killed test runner, what
 * `/proc` tells, and waiting for them. Must never: name a process as the instance's that it did not start.
 */
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export const REPOSITORY = join(__dirname, '..', '..', '..');

type Environment = Readonly<Record<string, string>>;

const PORTS = [
  'PORT',
  'METRICS_PORT',
  'WORKER_METRICS_PORT',
  'CODEC_PORT',
  'TEMPORAL_PORT',
  'TEMPORAL_UI_PORT',
  'POSTGRES_PORT',
  'REDIS_PORT',
];

/**
 * A hundred ports of the instance's own, ten for each purpose, of which the supervisor takes the first free ones.
 * Below the range from which the kernel takes the local ends of connections: a port that it lends to one of them
 * between the look and the listening would stop a process from starting again.
 */
export function choosePorts(): Environment {
  const first = 10_000 + 100 * randomInt(220);
  return Object.fromEntries(PORTS.map((name, index) => [name, String(first + 10 * index)]));
}

/** What the machine needs to run programs; nothing of the test runner's or of another instance's settings. */
const PASSED_ON =
  /^(PATH|HOME|TMPDIR|LANG|LC_.*|USER|XDG_.*|TEMPORAL_TEST_SERVER|https?_proxy|no_proxy|SSL_.*|NODE_EXTRA_CA_CERTS|PIP_.*|npm_config_.*)$/i;

export interface Supervisor {
  readonly pid: number | undefined;
  readonly ended: Promise<number | null>;
  hasEnded(): boolean;
  kill(signal: NodeJS.Signals): void;
}

/** Starts `embedded/start.mjs` on a run directory, with none of the test runner's settings. */
export function startSupervisor(
  runDir: string,
  env: Environment,
  onText: (text: string) => void,
): Supervisor {
  const child = spawn(process.execPath, [join(REPOSITORY, 'embedded', 'start.mjs')], {
    cwd: REPOSITORY,
    env: { ...machineEnvironment(), RUN_DIR: runDir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => onText(String(text)));
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  return { pid: child.pid, ended, hasEnded, kill: (signal) => void (hasEnded() || child.kill(signal)) };
}

function machineEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => PASSED_ON.test(name)));
}

/**
 * A process that ends what is left of the instance and removes its directory, when it is told to or when the test
 * runner is gone: then its standard input closes, even after `kill -9`.
 */
export function startGuardian(runDir: string): { clear: () => Promise<void> } {
  const script = `
    import { readFileSync, rmSync } from 'node:fs';
    import { dirname, join } from 'node:path';
    import { endProcess } from ${JSON.stringify(`file://${REPOSITORY}/embedded/identity.mjs`)};
    import { lockHolder } from ${JSON.stringify(`file://${REPOSITORY}/embedded/lock.mjs`)};
    import { endLeftovers, openProcessTable } from ${JSON.stringify(`file://${REPOSITORY}/embedded/process-table.mjs`)};
    const runDir = ${JSON.stringify(runDir)};
    process.on('SIGINT', () => {}).on('SIGTERM', () => {}).on('SIGHUP', () => {});
    process.stdin.resume().on('close', async () => {
      const holder = lockHolder(join(runDir, 'supervisor.lock'));
      if (holder) await endProcess(holder, { withinMs: 20000 });
      await endLeftovers(openProcessTable(runDir), () => true);
      try {
        const { mode, dataDir } = JSON.parse(readFileSync(join(runDir, 'postgres-mode.json'), 'utf8'));
        if (mode === 'root-as-nobody') rmSync(dirname(dataDir), { recursive: true, force: true });
      } catch {}
      rmSync(runDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    });
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    clear() {
      child.stdin.end();
      return ended;
    },
  };
}

/** Whether the process is one that the supervisor wrote down, by id and start time: ids are used again. */
export function isRecorded(runDir: string, pid: number): boolean {
  const read = (name: string) => {
    try {
      return JSON.parse(readFileSync(join(runDir, name), 'utf8')) as Record<string, unknown>;
    } catch {
      return {};
    }
  };
  const records = [...Object.values(read('processes.json')), read('supervisor.lock')] as {
    pid?: number;
    startTime?: string;
  }[];
  const record = records.find((one) => one.pid === pid);
  if (!record || !isAlive(pid)) return false;
  return !existsSync('/proc/self/stat') || record.startTime?.split(':')[1] === statOf(pid)?.[19];
}

/** The children of a process, by `/proc` (Linux). */
export function childrenOf(parent: number): number[] {
  if (!existsSync('/proc/self/stat')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => statOf(Number(pid))?.[1] === String(parent))
    .map(Number);
}

/** True while a process with this id runs (a zombie does not). */
export function isAlive(pid: number): boolean {
  if (existsSync('/proc/self/stat')) {
    const state = statOf(pid)?.[0];
    return state !== undefined && state !== 'Z' && state !== 'X';
  }
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** State and parent of a process: the fields after its name in `/proc/<pid>/stat` (proc(5)). */
function statOf(pid: number): string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}

/** Polls until the probe answers something truthy; throws after the deadline. */
export async function until<T>(
  probe: () => T | Promise<T>,
  { what, withinMs = 60_000, everyMs = 50 }: { what: string; withinMs?: number; everyMs?: number },
): Promise<NonNullable<T>> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const answer = await probe();
    if (answer) return answer;
    if (Date.now() > deadline) throw new Error(`no ${what} within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
