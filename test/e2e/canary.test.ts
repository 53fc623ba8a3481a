/** Secrets and personal data are in no log, no workflow history, no metric and no error: a search for canaries. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SUMMARIES } from '../../domain/flow-texts';
import { startSmtpServer, type SmtpServer } from '../support/smtp-server';
import { pidsOf, startInstance, until, type Instance } from '../support/instance';
import { filesIn, findCanaries, type Canaries, type Place } from './support/canaries';
import { actOut, type Acted } from './support/canary-acts';
import { plantInClear, readWebUi, readWorkflows, type SeenWorkflow } from './support/temporal-view';

jest.setTimeout(240_000);

let smtp: SmtpServer;
let instance: Instance;
let acted: Acted;
let workflows: SeenWorkflow[];
/** The instance's own secrets too: they are in `secrets.json` and `instance.json` alone. */
let canaries: Canaries;

beforeAll(async () => {
  smtp = await startSmtpServer();
  // The most talkative log there is.
  const env = { LOG_LEVEL: 'trace', SMTP_URL: smtp.url, MAIL_FROM: 'no-reply@example.org' };
  instance = await startInstance({ env });
  acted = await actOut(instance, smtp);
  canaries = new Map([...acted.canaries, ...secretsOf(instance)]);
  workflows = await until(
    async () => {
      const seen = await readWorkflows(instance);
      const isSeen = (type: string, count: number) => seen.filter((one) => one.type === type).length >= count;
      return isSeen('signIn', 6) && isSeen('sendNotice', 1) ? seen : null;
    },
    { what: 'visible workflows' },
  );
});
afterAll(() => Promise.all([instance?.dispose(), smtp?.stop()]));

function secretsOf({ runDir }: Instance): [string, string][] {
  const secrets = JSON.parse(readFileSync(join(runDir, 'secrets.json'), 'utf8')) as object;
  const texts = (value: unknown, name: string): [string, string][] =>
    typeof value === 'string'
      ? [[name, value]]
      : typeof value === 'object' && value !== null
        ? Object.entries(value).flatMap(([key, entry]) => texts(entry, `${name}.${key}`))
        : [];
  return texts(secrets, 'secrets');
}

const logs = () => filesIn(join(instance.runDir, 'logs'));
const temporalFiles = () =>
  filesIn(instance.runDir, (path) => /^temporal\.db/.test(path.slice(instance.runDir.length + 1)));
const text = (name: string, content: string): Place => ({ name, bytes: Buffer.from(content) });
const historiesOf = (seen: readonly SeenWorkflow[]): Place[] =>
  seen.flatMap(({ workflowId, historyJson, payloads }) => [
    text(`history of ${workflowId}`, historyJson),
    ...payloads.map(({ path, data }) => ({ name: `payload ${path} of ${workflowId}`, bytes: data })),
  ]);

test('the search finds a text planted in a log, in a history, in the Web UI and in the bytes of the database', async () => {
  const planted = `planted-${'x'.repeat(8)}-${Date.now()}`;
  const needles = new Map([['planted', planted]]);
  const log = join(instance.runDir, 'logs', 'planted.log');
  writeFileSync(log, `{"a":"${Buffer.from(`..${planted}`).toString('base64')}"}`);
  expect(findCanaries(needles, logs())).toContain(`planted (Base64 at 2) in ${log}`);
  writeFileSync(log, '');

  const workflowId = await plantInClear(instance, planted);
  const seen = await until(
    async () => {
      const all = (await readWorkflows(instance)).filter((one) => one.workflowId === workflowId);
      return all.length > 0 ? all : null;
    },
    { what: 'planted workflow' },
  );
  expect(findCanaries(needles, historiesOf(seen)).length).toBeGreaterThan(0);
  expect(findCanaries(needles, [text('ui', await readWebUi(instance, [workflowId]))]).length).toBeGreaterThan(
    0,
  );
  expect(findCanaries(needles, temporalFiles()).length).toBeGreaterThan(0);
});

test('no canary is in any log, not even at level trace', () => {
  const places = logs();
  expect(places.map(({ name }) => name.split('/').at(-1))).toEqual(
    expect.arrayContaining(
      ['api-1', 'worker-1', 'supervisor', 'postgres', 'redis', 'temporal'].map((name) => `${name}.log`),
    ),
  );
  // The logs are those of what was acted out.
  expect(places.some(({ bytes }) => bytes.includes('MFA verification successful'))).toBe(true);
  expect(findCanaries(canaries, places)).toEqual([]);
});

test('no canary is in any byte of the Temporal database, in any history or in what the Web UI shows', async () => {
  const ids = workflows.map(({ workflowId }) => workflowId);
  expect(findCanaries(canaries, temporalFiles())).toEqual([]);
  expect(findCanaries(canaries, historiesOf(workflows))).toEqual([]);
  expect(findCanaries(canaries, [text('Web UI', await readWebUi(instance, ids))])).toEqual([]);
});

test('every payload is encrypted; in clear are search attributes, names of steps and bookkeeping of the SDK alone', () => {
  const signIns = workflows.filter(({ type }) => type === 'signIn');
  const clear = signIns
    .flatMap(({ payloads }) => payloads)
    .filter(({ encoding }) => encoding !== 'binary/encrypted');
  for (const { path, data } of clear) {
    if (path.includes('.searchAttributes.indexedFields.Mfa')) continue;
    // What the Temporal UI shows as the name of a step: fixed words.
    if (path === '.events.userMetadata.summary') {
      expect(Object.values(SUMMARIES)).toContain(JSON.parse(data.toString()));
      continue;
    }
    expect(path).toBe('.events.markerRecordedEventAttributes.details.data.payloads');
    expect(Object.keys(JSON.parse(data.toString()) as object).sort()).toEqual([
      'activity_id',
      'activity_type',
      'attempt',
      'backoff',
      'complete_time',
      'original_schedule_time',
      'seq',
    ]);
  }
  const encrypted = signIns.flatMap(({ payloads }) => payloads.map(({ path }) => path));
  expect(encrypted).toEqual(
    expect.arrayContaining([
      '.events.workflowExecutionStartedEventAttributes.input.payloads',
      '.events.workflowExecutionUpdateAcceptedEventAttributes.acceptedRequest.input.args.payloads',
      '.events.workflowExecutionSignaledEventAttributes.input.payloads',
      '.events.workflowExecutionCompletedEventAttributes.result.payloads',
    ]),
  );
});

test('every sign-in has the four search attributes, and they hold words of the product only', () => {
  const words = {
    MfaOutcome: ['allow', 'challenge', 'block'],
    MfaPolicy: ['smart', 'always', 'never', 'portal'],
    MfaRiskBand: ['low', 'elevated', 'critical', 'unavailable'],
  };
  for (const { searchAttributes, type } of workflows) {
    if (type !== 'signIn') continue;
    for (const [name, allowed] of Object.entries(words)) {
      expect(searchAttributes[name]).toEqual([expect.stringMatching(new RegExp(`^(${allowed.join('|')})$`))]);
    }
    expect(searchAttributes['MfaClientId']).toEqual([expect.stringMatching(/^(app-[0-9a-f]+|demo-shop)$/)]);
    const ours = Object.keys(searchAttributes).filter((name) => name !== 'BuildIds');
    expect(ours.sort()).toEqual(['MfaClientId', 'MfaOutcome', 'MfaPolicy', 'MfaRiskBand']);
  }
});

test('no canary is in the metrics of API and worker', async () => {
  const { workerMetrics } = JSON.parse(readFileSync(join(instance.runDir, 'ports.json'), 'utf8')) as {
    workerMetrics: number;
  };
  for (const url of [instance.now.metrics, `http://127.0.0.1:${workerMetrics}/metrics`]) {
    const metrics = await (await fetch(url)).text();
    expect(metrics).toMatch(/^# HELP /);
    expect(findCanaries(canaries, [text(url, metrics)])).toEqual([]);
  }
});

test('no error body and no header of an error repeats what was sent', () => {
  expect(acted.refused.length).toBeGreaterThan(20);
  const sent = new Map(
    [...canaries].filter(([name]) => name !== 'enrollmentSessionId' && name !== 'enrollmentToken'),
  );
  const places = acted.refused.map(({ text: body, headers, status }) =>
    text(`${status} ${body}`, `${body}\n${JSON.stringify([...headers])}`),
  );
  expect(findCanaries(sent, places)).toEqual([]);
});

test('no secret, code, address or fingerprint is stored in clear in Postgres, Redis or the process table', async () => {
  const secret = new Map([...canaries].filter(([name]) => !acted.storable.has(name)));
  const tables = await instance.query<{ name: string }>(
    `select table_name as name from information_schema.tables where table_schema = 'public'`,
  );
  const places: Place[] = [];
  for (const { name } of tables) {
    const rows = await instance.query<{ row: string }>(`select to_jsonb(t)::text as row from "${name}" t`);
    places.push(text(`table ${name}`, rows.map(({ row }) => row).join('\n')));
  }
  expect(places.length).toBeGreaterThan(10);
  expect(findCanaries(secret, places)).toEqual([]);
  const files = filesIn(instance.runDir, (path) =>
    /\/(appendonlydir\/.*|processes\.json|ports\.json)$/.test(path),
  );
  expect(findCanaries(secret, files)).toEqual([]);
});

test('no secret is on the command line of a process', () => {
  if (!existsSync('/proc/self/cmdline')) return;
  const places = pidsOf(instance.now.pids).map((pid) => ({
    name: `command line of ${pid}`,
    bytes: readFileSync(`/proc/${pid}/cmdline`),
  }));
  expect(findCanaries(canaries, places)).toEqual([]);
});
