/**
 * What the tests of `embedded/` share. Those modules are ES modules and jest runs CommonJS, so each piece of code
 * runs in a Node of its own and answers with one line of JSON.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const EMBEDDED = join(__dirname, '..', '..', 'embedded');

const directories: string[] = [];
const children: ChildProcess[] = [];

/** A directory that `cleanUp` removes. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'zewstid-embedded-'));
  directories.push(directory);
  return directory;
}

/** Starts a program that `cleanUp` ends. */
export function startProgram(args: string[], env: Record<string, string> = {}): ChildProcess {
  const child = spawn(process.execPath, args, {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  children.push(child);
  return child;
}

/** Ends what a test started and removes its directories. */
export function cleanUp(): void {
  for (const child of children.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
}

/** Everything a child has written, and its end. */
export function listen(child: ChildProcess): { text: () => string; ended: Promise<number | null> } {
  let text = '';
  child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (text += chunk.toString()));
  return { text: () => text, ended: new Promise((resolve) => child.once('close', resolve)) };
}

/**
 * Runs code of `embedded/` to its end. `code` is the body of an async function with `load(name)` (imports a
 * module of `embedded/`) and `input`; what it returns comes back.
 */
export async function runEmbedded<T>(
  code: string,
  input: unknown = {},
  env: Record<string, string> = {},
): Promise<T> {
  const body = `
    const load = (name) => import(${JSON.stringify(`file://${EMBEDDED}/`)} + name);
    const input = ${JSON.stringify(input)};
    const answer = await (async () => { ${code} })();
    process.stdout.write('\\n' + JSON.stringify(answer ?? null) + '\\n', () => process.exit(0));
  `;
  const child = startProgram(['--input-type=module', '-e', body], env);
  const heard = listen(child);
  const status = await heard.ended;
  if (status !== 0) throw new Error(heard.text());
  return JSON.parse(heard.text().trim().split('\n').pop() ?? 'null') as T;
}

/** Polls until the probe answers something truthy; throws after the deadline. */
export async function until<T>(probe: () => T | Promise<T>, withinMs = 60_000): Promise<NonNullable<T>> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const answer = await probe();
    if (answer) return answer;
    if (Date.now() > deadline) throw new Error(`nothing after ${withinMs} ms: ${probe.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** True while a process with this id runs (a zombie does not). */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    const stat = `/proc/${pid}/stat`;
    return !existsSync(stat) || !/\) [ZX] /.test(readFileSync(stat, 'utf8'));
  } catch {
    return false;
  }
}
