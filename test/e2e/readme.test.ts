/** What README.md shows under "Sign in by curl" works as it stands there, and says what it promises. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { REPOSITORY, startInstance, type Instance } from '../support/instance';

jest.setTimeout(240_000);

const readme = readFileSync(join(REPOSITORY, 'README.md'), 'utf8');
const section = /^## Sign in by curl\n([\s\S]*?)(?=^## )/m.exec(readme)?.[1] ?? '';
const blocks = [...section.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block]) => block ?? '');

const hasPrograms = ['bash', 'curl'].every((program) => {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
});
const withPrograms = hasPrograms ? test : test.skip;

let instance: Instance;
let folder: string;

beforeAll(async () => {
  instance = await startInstance();
  folder = mkdtempSync(join(tmpdir(), 'zewstid-readme-'));
  // The repository as a reader has it, but with the run directory of this instance.
  for (const name of readdirSync(REPOSITORY)) {
    if (!name.startsWith('.')) symlinkSync(join(REPOSITORY, name), join(folder, name));
  }
  symlinkSync(instance.runDir, join(folder, '.run'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await instance?.dispose();
});

/** Runs the blocks in one shell, in order, and returns what each printed. */
function run(): string[] {
  const marker = '<<<next block>>>';
  const script = ['set -eu', ...blocks.flatMap((block) => [block, `echo '${marker}'`])].join('\n');
  const { PATH, HOME } = process.env;
  const output = execFileSync('bash', ['-c', script], { cwd: folder, env: { PATH, HOME }, encoding: 'utf8' });
  return output.split(marker).map((text) => text.trim());
}

test('the section is there, with its steps as sh blocks', () => {
  expect(blocks.length).toBeGreaterThanOrEqual(4);
});

withPrograms(
  'run in order, the blocks show a challenge, a verification, a skip, the reason and the workflow',
  async () => {
    const printed = run();
    const answers = printed
      .join('\n')
      .split('\n')
      .filter((line) => line.startsWith('{'));
    const [challenged, verified, skipped, decision, audit] = answers.map(
      (line) => JSON.parse(line) as Record<string, unknown>,
    );
    expect(challenged).toMatchObject({ mfaRequired: true, methods: { totp: true }, expiresIn: 300 });
    expect(verified).toMatchObject({ verified: true, deviceToken: expect.any(String) });
    expect(skipped).toMatchObject({ mfaRequired: false, sessionId: expect.any(String) });
    expect(decision).toMatchObject({
      id: challenged?.['decisionId'],
      outcome: 'challenge',
      state: 'verified',
    });
    expect(audit).toMatchObject({
      events: expect.arrayContaining([expect.objectContaining({ terminal: true })]),
    });

    const links = printed.join('\n').match(/\bhttp:\/\/[^\s"]+/g) ?? [];
    const { temporal, codec: codecBase } = instance.now;
    const workflow = links.find((link) => link.startsWith(temporal.ui));
    const codec = links.find((link) => link.startsWith(codecBase));
    expect(workflow).toContain(`${temporal.ui}/namespaces/default/workflows/`);
    const asApi = (workflow ?? '').replace('/namespaces/', '/api/v1/namespaces/');
    expect((await fetch(asApi)).status).toBe(200);

    // The endpoint opens what the history holds.
    expect(codec).toMatch(new RegExp(`^${codecBase}/[\\w-]{20,}$`));
    const history = (await (await fetch(`${asApi}/history`)).json()) as {
      history: { events: { workflowExecutionStartedEventAttributes?: { input: { payloads: object[] } } }[] };
    };
    const { input } = history.history.events[0]?.workflowExecutionStartedEventAttributes ?? {};
    const decoded = await fetch(`${codec}/decode`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(input),
    });
    expect(decoded.status).toBe(200);
    const { payloads } = (await decoded.json()) as { payloads: { data: string }[] };
    const started = JSON.parse(Buffer.from(payloads[0]?.data ?? '', 'base64').toString()) as object;
    expect(started).toMatchObject({ userId: instance.now.demo.userId, clientId: 'demo-shop' });
  },
);
