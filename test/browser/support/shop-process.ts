/** The example shop as its own process beside a running API, ended with the test. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REPOSITORY } from '../../support/instance';
import { SECRETS } from '../../support/stack';

/** A port that is free now: the API has to know the shop's origin before there is a shop. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Resolves when the shop listens. */
export async function startShop(api: string, port: number): Promise<{ stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'zewstid-shop-'));
  const instanceFile = join(folder, 'instance.json');
  const demo = { clientId: 'demo-shop', clientSecret: SECRETS.demo.clientSecret };
  writeFileSync(instanceFile, JSON.stringify({ api, demo }), { mode: 0o600 });
  const child = spawn(process.execPath, [join(REPOSITORY, 'examples/shop/start.mjs')], {
    env: { ...process.env, INSTANCE_FILE: instanceFile, SHOP_PORT: String(port) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('exit', (code) => reject(new Error(`the shop ended with code ${code}`)));
  });
  return {
    async stop() {
      child.kill('SIGTERM');
      await ended;
      process.off('exit', kill);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
