/** The commands over streams, as they are called: what they print, and their exit codes. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(__dirname, '..', '..');
let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'zewstid-streams-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function run(script: readonly string[], input = ''): Promise<Outcome> {
  const child = spawn(process.execPath, script, { cwd: ROOT });
  let [out, err] = ['', ''];
  child.stdout.on('data', (text) => (out += text));
  child.stderr.on('data', (text) => (err += text));
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out, err })));
}
const command = (name: string, args: readonly string[], input?: string) =>
  run(['embedded/command.mjs', name, ...args], input);

const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const event = (id: string, change: object = {}) =>
  JSON.stringify({
    ...{ id, at: '2026-03-01T12:00:00Z', userId: 'u', clientId: 'shop', ip: '81.2.69.142' },
    ...{ userAgent: BROWSER, fingerprint: 'f', outcome: 'ok', mfa: 'pass', ...change },
  });
const lines = (text: string) =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object);

describe('risk:evaluate', () => {
  it('answers every line in its place: verdicts, recorded failures, and what is wrong with the rest', async () => {
    const stream = [
      event('1'),
      'junk',
      event('2', { outcome: 'failed_first_factor' }),
      event('3', { ip: 'nowhere' }),
      event('4', { at: '2026-03-02T12:00:00Z', clientId: 'user-portal' }),
      `"${'x'.repeat(70_000)}"`,
    ];
    const { code, out, err } = await command('risk-evaluate', [], `${stream.join('\n')}\n`);
    expect(lines(out)).toEqual([
      {
        id: '1',
        score: 30,
        decision: 'challenge',
        signals: [{ code: 'first_sign_in', points: 30 }],
        floor: true,
      },
      { line: 2, error: 'is no JSON object' },
      { id: '2', recorded: true },
      { line: 4, error: 'ip must be an IPv4 or IPv6 address' },
      expect.objectContaining({ id: '4', score: 0, decision: 'challenge', floor: false, speedKmh: 0 }),
      { line: 6, error: 'is longer than 65536 bytes' },
    ]);
    expect(code).toBe(1);
    expect(err).toContain('3 bad lines');
  });

  it('ends with 0 when every line was good, and says nothing for no line', async () => {
    expect(await command('risk-evaluate', [], event('1'))).toMatchObject({ code: 0 });
    expect(await command('risk-evaluate', [])).toEqual({ code: 0, out: '', err: '' });
  });

  it('takes settings from a file, and refuses what are none', async () => {
    const settings = join(folder, 'settings.json');
    writeFileSync(settings, JSON.stringify({ mfaThreshold: 31 }));
    const lax = await command('risk-evaluate', ['--settings', settings], event('1'));
    expect(lines(lax.out)).toMatchObject([{ score: 30, decision: 'allow' }]);
    writeFileSync(settings, JSON.stringify({ mfaTreshold: 31 }));
    const wrong = await command('risk-evaluate', ['--settings', settings], event('1'));
    expect(wrong).toEqual({ code: 2, out: '', err: 'settings: settings contains an unknown setting\n' });
    expect(await command('risk-evaluate', ['--settings', join(folder, 'none.json')])).toMatchObject({
      code: 2,
    });
    expect(await command('risk-evaluate', ['--city-db', join(folder, 'none.mmdb')])).toMatchObject({
      code: 2,
    });
  });

  it('reads threat lists from a directory', async () => {
    writeFileSync(join(folder, 'tor-exit-nodes.lst'), '81.2.69.142\n');
    const { out } = await command('risk-evaluate', ['--threat-dir', folder], event('1'));
    expect(lines(out)).toMatchObject([
      { score: 70, signals: [{ code: 'first_sign_in' }, { code: 'tor_exit', points: 40 }] },
    ]);
  });
});

describe('risk:calibrate', () => {
  it('says that likelihood has nothing to say about a short stream', async () => {
    const { code, err } = await command('risk-calibrate', ['--budget', '0.2'], event('1'));
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('too few sign-ins') });
  });

  it.each(['0', '1', '-1', 'much'])('takes no budget of %s', async (budget) => {
    expect(await command('risk-calibrate', ['--budget', budget], event('1'))).toMatchObject({ code: 2 });
  });
});

describe('a simulated stream', () => {
  it('is calibrated to its budget, and its attackers are asked', async () => {
    const size = ['--users', '120', '--days', '40', '--seed', '7'];
    const { out: stream } = await command('risk-simulate', size);
    const lists = ['--threat-dir', 'network/data/demo'];
    const { code, out } = await command('risk-calibrate', ['--budget', '0.1', ...lists], stream);
    expect(code).toBe(0);
    const { likelihoodThresholds, challenged } = JSON.parse(out) as {
      likelihoodThresholds: { theta30: number; theta80: number };
      challenged: Record<string, { byLikelihood: number; byRules: number; byBoth: number }>;
    };
    expect(likelihoodThresholds.theta30).toBeLessThan(likelihoodThresholds.theta80);
    expect(challenged['legitimate']?.byLikelihood).toBeCloseTo(0.1, 1);
    expect(challenged['naive']?.byBoth).toBe(1);
    for (const { byLikelihood, byRules, byBoth } of Object.values(challenged))
      expect(byBoth).toBeGreaterThanOrEqual(Math.max(byLikelihood, byRules));
  });

  it('is measured by the bench, which writes its table', async () => {
    const args = ['--seeds', '1', '--users', '40', '--days', '20', '--out', folder];
    const { code, out } = await run(['bench/risk.mjs', ...args]);
    expect(code).toBe(0);
    const [json] = readdirSync(folder).filter((name) => /^risk-.*\.json$/.test(name));
    const report = JSON.parse(readFileSync(join(folder, json ?? ''), 'utf8')) as { rows: object[] };
    expect(report.rows).toHaveLength(3 * 25);
    expect(out).toContain('| exact | brute_force | challenged or blocked | 100 %');
  });
});
