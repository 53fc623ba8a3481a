/** The reference authenticator at the command line does what its README says. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { askForPush, pairingCodeFor, standingOf } from './support/devices';
import { useProduct } from './support/product';
import { verified } from './support/prompts';

const product = useProduct();
const START = join(__dirname, '../../examples/authenticator-cli/start.mjs');
const run = promisify(execFile);

describe('the authenticator at the command line', () => {
  let folder: string;
  const file = () => join(folder, 'device.json');
  const authenticator = async (...args: string[]): Promise<string> => {
    const env = {
      PATH: process.env['PATH'],
      AUTHENTICATOR_FILE: file(),
      AUTHENTICATOR_AUDIENCE: product.stack.config.PUBLIC_URL,
    };
    return (await run(process.execPath, [START, ...args], { env, encoding: 'utf8' })).stdout;
  };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'zewstid-authenticator-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('pairs, shows who asks, approves, denies and reports', async () => {
    const who = await product.actors.person();
    const code = await pairingCodeFor(product, who);
    expect(await authenticator('pair', product.stack.address, code, 'Terminal')).toMatch(/^paired as pdv_/);
    // The key is for its user's eyes only.
    expect(statSync(file()).mode & 0o077).toBe(0);

    const challenge = await product.actors.check(who);
    const ask = async () =>
      (await askForPush(product, challenge)).body as { challengeId: string; number: string };
    const denied = await ask();
    expect(await authenticator('deny', denied.challengeId)).toBe('sent\n');
    expect(await standingOf(product, { challenge, ...denied })).toBe('denied');
    await expect(authenticator('deny', denied.challengeId)).rejects.toMatchObject({
      stdout: 'refused: 409 "challenge_closed"\n',
    });

    const prompt = await ask();
    const listed = await authenticator('list');
    expect(listed).toContain(prompt.challengeId);
    expect(listed).toContain('Firefox on Linux');
    expect(await authenticator('approve', prompt.challengeId, prompt.number)).toBe('sent\n');
    expect((await verified(product, { challenge, challengeId: prompt.challengeId })).status).toBe(200);

    const again = await product.actors.check(who);
    const reported = (await askForPush(product, again)).body['challengeId'];
    expect(await authenticator('report', reported)).toBe('sent\n');
    expect((await product.actors.decisionOf(again))['state']).toBe('cancelled');
  });
});
