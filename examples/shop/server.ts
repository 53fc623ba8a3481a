/** `npm run example:shop`: the shop beside a running instance (`npm start`), as its demo application. */
import { readFileSync } from 'node:fs';
import { createMfaClient } from '../../sdk/src/index';
import { createShop } from './shop';

interface InstanceFile {
  readonly api: string;
  readonly demo: { readonly clientId: string; readonly clientSecret: string };
}

async function main(): Promise<void> {
  const file = process.env['INSTANCE_FILE'] ?? '.run/instance.json';
  const { api, demo } = JSON.parse(readFileSync(file, 'utf8')) as InstanceFile;
  const { clientId, clientSecret } = demo;
  const mfa = createMfaClient({ baseUrl: api, clientId, clientSecret });
  const shop = await createShop({ mfa, port: Number(process.env['SHOP_PORT'] ?? '8080') });
  // Passkeys need a name: browsers take no address for a domain.
  process.stdout.write(`shop: ${shop.address.replace('127.0.0.1', 'localhost')}\n`);
}

void main();
