/**
 * The entry of `npm start`. Owns: the check of Node's version (before anything newer is loaded), signals and
 * the exit code. Ctrl-C or SIGTERM stops in order, a second one at once; SIGHUP (a closed terminal) is noted
 * and the instance goes on.
 */
const REQUIRED_NODE = [20, 19];

/** Ctrl-C in a terminal reaches npm and us, and npm passes it on: the echo within this time is no second one. */
const ECHO_MS = 1000;

function assertNodeVersion() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > REQUIRED_NODE[0] || (major === REQUIRED_NODE[0] && minor >= REQUIRED_NODE[1])) return;
  process.stderr.write(
    `zewstid-mfa needs Node ${REQUIRED_NODE.join('.')} or newer; this is ${process.versions.node} (${process.execPath}).\n`,
  );
  process.exit(1);
}

async function openSupervisor() {
  const { dirname, resolve } = await import('node:path');
  const { fileURLToPath } = await import('node:url');
  const { createSupervisor } = await import('./supervisor.mjs');
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  const runDir = resolve(root, process.env.RUN_DIR || '.run');
  try {
    return createSupervisor({ root, runDir, env: process.env });
  } catch (error) {
    if (error.name !== 'LockHeld') {
      process.stderr.write(`Could not start: ${error.message}\n`);
      return process.exit(1);
    }
    process.stderr.write(
      `Already running on ${runDir}: process ${error.holder.pid}. Stop it with: kill ${error.holder.pid}\n` +
        'A second instance beside it: RUN_DIR=.run-2 npm start\n',
    );
    return process.exit(1);
  }
}

function handleSignals(supervisor) {
  let stoppedAt = null;
  const stop = async (signal) => {
    if (stoppedAt !== null) {
      if (Date.now() - stoppedAt < ECHO_MS) return;
      supervisor.kill();
      process.exit(1);
    }
    stoppedAt = Date.now();
    supervisor.say(`\nStopping (${signal}); once more to force it.`);
    await supervisor.stop();
    process.exit(0);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  process.on('SIGHUP', () => supervisor.say('The terminal is gone (SIGHUP); going on. Stop with: npm stop'));
  process.on('uncaughtException', (error) => {
    supervisor.say(`The supervisor failed: ${error.stack}`);
    void stop('error');
  });
  process.stdout.on('error', () => {});
  process.stderr.on('error', () => {});
}

async function main() {
  assertNodeVersion();
  if (process.platform === 'win32') {
    process.stderr.write('npm start needs Linux or macOS (WSL works); on Windows use: docker compose up\n');
    process.exit(1);
  }
  const supervisor = await openSupervisor();
  handleSignals(supervisor);
  try {
    await supervisor.start();
  } catch (error) {
    if (supervisor.isStopping()) return;
    supervisor.say(`\nCould not start: ${error.message}\n`);
    await supervisor.stop();
    process.exit(1);
  }
}

await main();
