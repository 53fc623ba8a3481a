/**
 * What the person at the terminal sees. Owns: one line per step with its milliseconds, the same lines in
 * `.run/logs/supervisor.log`. Must never: end the process because nobody reads the output (EPIPE).
 */
import { appendFileSync } from 'node:fs';

/** Hides the password of a connection URL. */
export function maskUrl(url) {
  return url.replace(/(:\/\/[^:@/]*:)[^@/]*@/, '$1***@');
}

/**
 * @param {{stdout?: NodeJS.WritableStream, logFile?: string, slowAfterMs?: number}} [to]
 */
export function createProgress({ stdout = process.stdout, logFile, slowAfterMs = 1500 } = {}) {
  // A closed terminal or a `| head` that ended must not take the servers down.
  stdout.on?.('error', () => {});

  /** For the terminal alone: what must not stand in a log, such as a client secret. */
  function show(text) {
    try {
      stdout.write(`${text}\n`);
    } catch {
      // Nobody listens any more.
    }
  }

  function say(text) {
    show(text);
    if (!logFile) return;
    const line = JSON.stringify({ time: new Date().toISOString(), msg: text.trim() });
    try {
      appendFileSync(logFile, `${line}\n`, { mode: 0o600 });
    } catch {
      // A full disk is no reason to stop what runs.
    }
  }

  /**
   * Runs one step and prints one line about it.
   * @param {string} name
   * @param {(note: (text: string) => void) => Promise<T>} work `note` sets the text of the line
   * @template T
   */
  async function step(name, work) {
    const from = performance.now();
    let text = '';
    const slow = setTimeout(() => say(`  … ${name.padEnd(13)} ${text}`), slowAfterMs);
    slow.unref();
    const line = (mark) => `  ${mark} ${name.padEnd(13)} ${text}  ${Math.round(performance.now() - from)} ms`;
    try {
      const result = await work((words) => (text = words));
      say(line('✓'));
      return result;
    } catch (error) {
      say(line('✗'));
      throw error;
    } finally {
      clearTimeout(slow);
    }
  }

  return { say, show, step };
}
