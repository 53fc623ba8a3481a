/** Hundreds of users, a few at a time, through everything a sign-in can be. */
import { startInstance, type Instance, type TimedAnswer } from '../support/instance';
import { totpCode } from '../support/totp';
import { findInconsistencies } from './support/consistency';
import { createPeople, LONDON_IP, randomName, randomSeed, type People, type Person } from './support/people';

jest.setTimeout(300_000);

const USERS = 300;
const CONCURRENCY = 8;

let instance: Instance;
let people: People;

beforeAll(async () => {
  instance = await startInstance();
  people = createPeople(instance);
});
afterAll(() => instance?.dispose());

async function importUsers(count: number): Promise<Person[]> {
  const rows = Array.from({ length: count }, () => ({ login: randomName(), totpSecret: randomSeed() }));
  const answer = await instance.call('POST', '/api/v1/users/import', {
    as: 'operator',
    raw: rows.map((row) => JSON.stringify(row)).join('\n'),
    contentType: 'application/x-ndjson',
  });
  expect(answer.status).toBe(200);
  const results = answer.text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { line: number; userId?: string });
  expect(results.map(({ line }) => line)).toEqual(rows.map((_, index) => index + 1));
  return results.map(({ userId }, index) => {
    if (userId === undefined) throw new Error(`row ${index + 1} was not imported`);
    return { userId, totpSecret: rows[index]?.totpSecret ?? '', ip: LONDON_IP, fingerprint: randomName() };
  });
}

/** Challenge, verify, skip. Returns the answers. */
async function signIn(who: Person): Promise<TimedAnswer[]> {
  const challenge = await people.check(who);
  const verified = await people.verify(challenge, totpCode(who.totpSecret));
  const skipped = await people.check({ ...who, deviceToken: verified.body['deviceToken'] });
  return [challenge, verified, skipped];
}

test(`${USERS} imported users, ${CONCURRENCY} at a time: each is challenged, verified and skipped; every attempt ends once`, async () => {
  const users = await importUsers(USERS);
  const answers = new Map<string, TimedAnswer[]>();
  const queue = [...users];
  const lane = async () => {
    for (let who = queue.shift(); who !== undefined; who = queue.shift()) {
      answers.set(who.userId, await signIn(who));
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, lane));

  const unexpected = [...answers.values()].filter(
    ([challenge, verified, skipped]) =>
      challenge?.body['mfaRequired'] !== true ||
      verified?.body['verified'] !== true ||
      skipped?.body['mfaRequired'] !== false,
  );
  expect(unexpected.map((three) => three.map(({ status, text }) => `${status} ${text}`))).toEqual([]);
  expect(answers.size).toBe(USERS);

  const counts = await instance.query<{ state: string; terminal: number; signIns: number }>(
    `select s.state, t.n as terminal, count(*)::int as "signIns" from sign_ins s
     cross join lateral (
       select count(*)::int as n from audit_events a where a.decision_id = s.id and a.terminal
     ) t
     group by s.state, t.n order by s.state`,
  );
  expect(counts).toEqual([
    { state: 'allowed', terminal: 1, signIns: USERS },
    { state: 'verified', terminal: 1, signIns: USERS },
  ]);
  expect(await findInconsistencies(instance)).toEqual([]);

  const metrics = await (await fetch(instance.now.metrics)).text();
  expect(metrics).toMatch(/route="\/api\/v1\/auth\/mfa\/verify",status="200"/);
  expect(metrics.match(/route="\/api[^}]*status="5\d\d"/g)).toBeNull();
});
