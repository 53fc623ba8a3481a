/** Rotation of the signing key: the new one signs at once, the old ones verify until their last token has expired. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { decodeProtectedHeader } from 'jose';
import { newSigningKey } from '../../runtime/signing-keys';
import { createTokens, type Tokens } from '../../runtime/tokens';
import { rotateSigningKey } from '../../storage/key-store';
import { sweep } from '../../worker/sweeper';
import { useProduct } from './support/product';

const product = useProduct({ signsIn: false, withoutWorker: true });
const ISSUER = 'http://api.test';
const claims = { subject: 'operator', clientId: 'operator', scope: 'users:read' };

const kidOf = (token: string) => decodeProtectedHeader(token).kid;
const kidsOf = async (tokens: Tokens) => (await tokens.jwks()).keys.map((key) => key['kid']);
const servedKids = async () =>
  (await product.stack.call('GET', '/.well-known/jwks.json')).body['keys'].map(
    (key: { kid: string }) => key.kid,
  );
const asks = (token: string) =>
  product.stack.call('GET', '/api/v1/users', { headers: { authorization: `Bearer ${token}` } });

/** A process that runs all along, with a clock that the test winds. */
async function runningProcess() {
  const clock = { now: 0 };
  const { pool, keys } = product.stack.deps;
  const tokens = await createTokens(pool, keys, { issuer: ISSUER, now: () => clock.now });
  return { tokens, pass: (seconds: number) => (clock.now += seconds * 1_000) };
}

async function rotate(): Promise<string> {
  const { pool, keys } = product.stack.deps;
  const [signing = ''] = await rotateSigningKey(pool, await newSigningKey(keys));
  return signing;
}

/** As if all keys had been made that much earlier. */
const ageKeys = (interval: string) =>
  product.stack.database.pool.query(`update signing_keys set created_at = created_at - $1::interval`, [
    interval,
  ]);

describe('key rotation', () => {
  it('signs with the new key, and tokens of the old one go on, in a running API too', async () => {
    const before = await (await runningProcess()).tokens.signAccessToken(claims);
    const kid = await rotate();
    const { tokens } = await runningProcess();
    const after = await tokens.signAccessToken(claims);
    expect([kidOf(after), kidOf(before)]).toEqual([kid, expect.not.stringMatching(kid)]);
    expect((await tokens.verifyAccessToken(before))?.sub).toBe('operator');
    expect((await asks(after)).status).toBe(200);
    expect((await asks(before)).status).toBe(200);
    expect(await servedKids()).toEqual(expect.arrayContaining([kid, kidOf(before)]));
  });

  it('reaches a running process within a minute for signing, and at once for an unknown key id', async () => {
    const old = await runningProcess();
    const kid = await rotate();
    const token = await (await runningProcess()).tokens.signAccessToken(claims);
    expect(kidOf(await old.tokens.signAccessToken(claims))).not.toBe(kid);
    expect((await old.tokens.verifyAccessToken(token))?.sub).toBe('operator');
    expect(kidOf(await old.tokens.signAccessToken(claims))).toBe(kid);
    const idle = await runningProcess();
    const next = await rotate();
    idle.pass(60);
    expect(kidOf(await idle.tokens.signAccessToken(claims))).toBe(next);
  });

  it('costs one statement in five seconds, however many unknown key ids are tried', async () => {
    const old = await runningProcess();
    const { pool } = product.stack.deps;
    const statements = jest.spyOn(pool, 'query');
    await rotate();
    const token = await (await runningProcess()).tokens.signAccessToken(claims);
    statements.mockClear();
    const [, payload, signature] = token.split('.');
    const madeUp = (kid: string) =>
      `${Buffer.from(JSON.stringify({ alg: 'EdDSA', typ: 'at+jwt', kid })).toString('base64url')}.${payload}.${signature}`;
    const tries = Array.from({ length: 50 }, (_, index) => old.tokens.verifyAccessToken(madeUp(`k${index}`)));
    expect(new Set(await Promise.all(tries))).toEqual(new Set([undefined]));
    expect(statements).toHaveBeenCalledTimes(1);
    statements.mockRestore();
    await rotate();
    const newest = await (await runningProcess()).tokens.signAccessToken(claims);
    old.pass(5);
    expect((await old.tokens.verifyAccessToken(newest))?.sub).toBe('operator');
  });

  it('keeps an old key for two hours after its successor came, whatever its own age, then refuses it', async () => {
    await ageKeys('1 year');
    const before = await (await runningProcess()).tokens.signAccessToken(claims);
    const second = await rotate();
    await ageKeys('1 hour 59 minutes');
    await sweep(product.stack.deps);
    const overlap = await runningProcess();
    expect((await overlap.tokens.verifyAccessToken(before))?.sub).toBe('operator');
    await ageKeys('2 minutes');
    await sweep(product.stack.deps);
    overlap.pass(60);
    for (const { tokens } of [overlap, await runningProcess()]) {
      expect(await tokens.verifyAccessToken(before)).toBeUndefined();
      expect(await kidsOf(tokens)).toEqual([second]);
    }
  });

  it('retires at the next rotation too, and never the key that signs', async () => {
    const second = await rotate();
    await ageKeys('1 day');
    await sweep(product.stack.deps);
    expect(await kidsOf((await runningProcess()).tokens)).toEqual([second]);
    const third = await rotate();
    await ageKeys('3 hours');
    const fourth = await rotate();
    expect(await kidsOf((await runningProcess()).tokens)).toEqual([fourth, third]);
  });

  it('is safe when ten rotate at once: every process signs with the same key, no token is lost', async () => {
    const before = await (await runningProcess()).tokens.signAccessToken(claims);
    const rotated = await Promise.all(Array.from({ length: 10 }, rotate));
    expect(new Set(rotated).size).toBe(10);
    const [one, other] = [await runningProcess(), await runningProcess()];
    const token = await one.tokens.signAccessToken(claims);
    expect(kidOf(token)).toBe(kidOf(await other.tokens.signAccessToken(claims)));
    for (const held of [before, token])
      expect((await other.tokens.verifyAccessToken(held))?.sub).toBe('operator');
    expect(await kidsOf(one.tokens)).toEqual(expect.arrayContaining(rotated));
  });

  it('is a command that prints the key that signs', async () => {
    const { config } = product.stack;
    const env = { ...process.env, ...config, NODE_ENV: 'test' } as unknown as NodeJS.ProcessEnv;
    const command = join(__dirname, '..', '..', 'dist', 'cli', 'rotate-keys.js');
    const { stdout } = await promisify(execFile)(process.execPath, [command], { env });
    const kid = /^signs: (\S+)$/m.exec(stdout)?.[1];
    expect(kidOf(await (await runningProcess()).tokens.signAccessToken(claims))).toBe(kid);
    expect(stdout).toMatch(/^still verifies: \S+$/m);
  });
});
