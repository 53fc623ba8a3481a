/** Two API and two worker processes as one product: what is counted and decided once is so over all of them. */
import { startInstance, type Instance, type TimedAnswer } from '../support/instance';
import { totpCode } from '../support/totp';
import { findInconsistencies } from './support/consistency';
import { createPeople, newKey, type People } from './support/people';

jest.setTimeout(240_000);

const PER_SECOND = 2;
let instance: Instance;
let people: People;

beforeAll(async () => {
  const env = { API_INSTANCES: '2', WORKERS: '2', IP_PUBLIC_REQUESTS_PER_SECOND: String(PER_SECOND) };
  instance = await startInstance({ env });
  people = createPeople(instance);
});
afterAll(() => instance?.dispose());
beforeEach(() => instance.ready());

function tally(answers: readonly TimedAnswer[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

test('one valid code 50 times at once over both APIs has exactly one success', async () => {
  const who = await people.person();
  const challenge = await people.challenged(who);
  const code = totpCode(who.totpSecret);
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) => people.verify(challenge, code, { api: index % 2 })),
  );
  const { 200: successes, 401: refused = 0, 429: throttled = 0, ...others } = tally(answers);
  expect({ successes, refused: refused + throttled, others }).toEqual({
    successes: 1,
    refused: 49,
    others: {},
  });
  expect(await people.signIns(who)).toEqual([
    expect.objectContaining({ state: 'verified', terminal: 1, sessions: 1 }),
  ]);
});

test('one valid code over ten sessions and both APIs at once has exactly one success', async () => {
  const who = await people.person();
  const challenges = await Promise.all(Array.from({ length: 10 }, () => people.challenged(who)));
  const code = totpCode(who.totpSecret);
  const answers = await Promise.all(
    challenges.map((challenge, index) => people.verify(challenge, code, { api: index % 2 })),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  for (const { status } of answers) expect([200, 401, 429]).toContain(status);
  const verified = (await people.signIns(who)).filter(({ state }) => state === 'verified');
  expect(verified).toEqual([expect.objectContaining({ terminal: 1, sessions: 1 })]);
});

test('one Idempotency-Key sent ten times at once over both APIs gives one decision and one answer', async () => {
  const who = await people.person();
  const key = newKey();
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, index) => people.check(who, { key, api: index % 2 })),
  );
  expect(tally(answers)).toEqual({ 200: 10 });
  expect(new Set(answers.map(({ body }) => body['mfaSessionId'])).size).toBe(1);
  expect(await people.signIns(who)).toEqual([
    expect.objectContaining({ id: answers[0]?.body['decisionId'], state: 'challenged', openChallenges: 1 }),
  ]);
});

test('kill -9 of either worker in the middle of a challenge: the other one takes over, with the same end', async () => {
  for (const index of [0, 1]) {
    await instance.ready();
    const who = await people.person();
    const challenge = await people.challenged(who, { api: index });
    const expiresAt = await people.expiryOf(who);
    const { worker } = instance.now.pids;
    instance.signal(worker[index] ?? 0, 'SIGKILL');
    expect(await people.expiryOf(who)).toBe(expiresAt);
    const [code, key] = [totpCode(who.totpSecret), newKey()];
    const answers = await people.insist(() => people.verify(challenge, code, { key }));
    expect(answers.at(-1)).toMatchObject({ status: 200, body: { verified: true } });
    expect(answers.length).toBeLessThanOrEqual(3);
    expect(await people.signIns(who)).toEqual([
      expect.objectContaining({ state: 'verified', terminal: 1, sessions: 1 }),
    ]);
  }
});

/** Guesses at sessions that do not exist, from one socket, over both APIs. Resolves to how many were counted as free. */
async function guesses(forwardedFor: (index: number) => string | undefined) {
  const from = performance.now();
  const answers = await Promise.all(
    Array.from({ length: 16 }, (_, index) => {
      const address = forwardedFor(index);
      return instance.call('POST', '/api/v1/auth/mfa/verify', {
        api: index % 2,
        body: { mfaSessionId: newKey(), method: 'totp', code: '123456' },
        ...(address !== undefined && { headers: { 'x-forwarded-for': address } }),
      });
    }),
  );
  for (const { status } of answers) expect([401, 429]).toContain(status);
  // Windows of a second that the burst may have touched, each with its free guesses.
  const windows = Math.ceil((performance.now() - from) / 1000) + 1;
  return { free: tally(answers)[401] ?? 0, most: PER_SECOND * windows };
}

test('a spoofed X-Forwarded-For changes nothing: guesses are counted by the address of the connection, over both APIs', async () => {
  const plain = await guesses(() => undefined);
  expect(plain.free).toBeLessThanOrEqual(plain.most);
  const spoofed = await guesses((index) => `198.51.100.${index + 1}`);
  expect(spoofed.free).toBeLessThanOrEqual(spoofed.most);
});

test('behind a proxy that is named as trusted, guesses are counted by the forwarded address', async () => {
  await instance.stop();
  await instance.start({ TRUSTED_PROXIES: '127.0.0.1' });
  expect(await guesses((index) => `198.51.100.${index + 1}`)).toMatchObject({ free: 16 });
  const same = await guesses(() => '198.51.100.99');
  expect(same.free).toBeLessThanOrEqual(same.most);
});

test('after all this every sign-in is whole', async () => {
  expect(await findInconsistencies(instance)).toEqual([]);
});
