/**
 * Secrets of an embedded instance: `.run/secrets.json`, mode 600, made once. Owns: generating them. Must
 * never: be printed, except the demo client's in the first curl. A MASTER_KEY of the environment goes before
 * the kept one and is not written down.
 */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readJson, writePrivateJson } from './private-files.mjs';

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** 20 random bytes in base32 (RFC 4648), the size RFC 4226 §4 recommends for a TOTP seed. */
function totpSecret() {
  let bits = '';
  for (const byte of randomBytes(20)) bits += byte.toString(2).padStart(8, '0');
  return bits.replace(/.{5}/g, (five) => BASE32[Number.parseInt(five, 2)]);
}

const password = () => randomBytes(18).toString('base64url');
const clientSecret = () => randomBytes(32).toString('base64url');

function generate() {
  return {
    version: 1,
    masterKey: randomBytes(32).toString('base64'),
    postgres: { superuserPassword: password(), password: password() },
    redis: { password: password() },
    operator: { clientSecret: clientSecret() },
    demo: { clientSecret: clientSecret(), password: password(), totpSecret: totpSecret() },
    admin: { password: password(), totpSecret: totpSecret() },
  };
}

/**
 * Reads the secrets of a run directory, making what is missing.
 * @param {string} runDir
 * @param {NodeJS.ProcessEnv} env
 * @returns {ReturnType<typeof generate>}
 */
export function loadSecrets(runDir, env) {
  const file = join(runDir, 'secrets.json');
  const kept = readJson(file) ?? {};
  const secrets = { ...generate(), ...kept };
  if (Object.keys(kept).length < Object.keys(secrets).length) writePrivateJson(file, secrets);
  return env.MASTER_KEY ? { ...secrets, masterKey: env.MASTER_KEY } : secrets;
}

/** What the seed command reads on its standard input. */
export function seedInput({ operator, demo, admin }) {
  return JSON.stringify({ operator, demo, admin });
}
