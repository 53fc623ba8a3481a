/** Ports: by environment variable, as last time, or the next free one. */
import { createServer, type Server } from 'node:net';
import { cleanUp, runEmbedded, temporaryDirectory } from './support';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
  cleanUp();
});

const CHOOSE = `const { openPorts } = await load('ports.mjs');
  const ports = openPorts(input.runDir, input.env ?? {}, { usual: 0 });
  return Promise.all((input.purposes ?? ['api']).map(([purpose, index]) => ports.choose(purpose, index)));`;
const API = ['api', 1];

function occupy(port: number): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(port, '127.0.0.1', () =>
      resolve((server.address() as { port: number }).port),
    );
    servers.push(server);
  });
}

test('a second start uses the ports of the first', async () => {
  const runDir = temporaryDirectory();
  const purposes = [API, ['metrics', 1], ['redis', 1], ['api', 2]];
  const first = await runEmbedded<number[]>(CHOOSE, { runDir, purposes });
  expect(new Set(first).size).toBe(4);
  expect(await runEmbedded(CHOOSE, { runDir, purposes })).toEqual(first);
});

test('a port that somebody else has by now is not fought over: the next free one is taken', async () => {
  const runDir = temporaryDirectory();
  const [port] = await runEmbedded<number[]>(CHOOSE, { runDir, purposes: [API] });
  await occupy(Number(port));
  const [next] = await runEmbedded<number[]>(CHOOSE, { runDir, purposes: [API] });
  expect(next).toBeGreaterThan(Number(port));
});

test('the environment variable goes before the port used last time', async () => {
  const runDir = temporaryDirectory();
  await runEmbedded(CHOOSE, { runDir, purposes: [API] });
  const wanted = await occupy(0);
  await new Promise((resolve) => servers.pop()?.close(resolve));
  const env = { PORT: String(wanted) };
  expect(await runEmbedded(CHOOSE, { runDir, env, purposes: [API] })).toEqual([wanted]);
});

test('a PORT that is no port is refused with its name', async () => {
  const env = { PORT: '80a' };
  const attempt = runEmbedded(CHOOSE, { runDir: temporaryDirectory(), env, purposes: [API] });
  await expect(attempt).rejects.toThrow('PORT=80a is not a port');
});
