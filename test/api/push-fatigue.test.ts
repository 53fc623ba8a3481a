/** Prompts that nobody asked for: how many there can be, and what a denial and a report do. */
import { signInByPassword, passwordPerson } from './support/directory';
import type { Person } from './support/actors';
import { answerWith, askForPush, deviceOf, promptsOf, standingOf, verifyPush } from './support/devices';
import { noticesTo } from './support/notices';
import { until } from './support/patience';
import { useProduct } from './support/product';
import { endOfWorkflow } from './support/workflows';

const product = useProduct();

/** A sign-in with a prompt that `state` answers. */
async function promptFor(who: Person, change: object = {}) {
  const challenge = await product.actors.check(who, change);
  const opened = await askForPush(product, challenge);
  return { challenge, opened, challengeId: String(opened.body['challengeId']) };
}

async function withDevice(options: { email?: string } = {}) {
  const who = await product.actors.person(options);
  return { who, state: await deviceOf(product, who) };
}

const kindsTo = async (who: Person) => (await noticesTo(product, who)).map(({ kind }) => kind);
const query = (text: string, who: Person) =>
  product.stack.database.pool.query<Record<string, never>>(text, [who.userId]);
const closePrompt = (who: Person) =>
  query(`update push_challenges set status = 'expired' where user_id = $1 and status = 'pending'`, who);
const ageBy = (who: Person, seconds: number) =>
  query(
    `update push_challenges set created_at = created_at - interval '${seconds} seconds',
       answered_at = answered_at - interval '${seconds} seconds' where user_id = $1`,
    who,
  );
const eventsOf = async (who: Person): Promise<string[]> => {
  const path = `/api/v1/admin/audit?userId=${who.userId}`;
  const audit = await product.stack.call('GET', path, { as: 'operator' });
  return audit.body['events'].map(({ type }: { type: string }) => type);
};

describe('prompts', () => {
  it('are at most three in five minutes, whoever asks in how many sessions', async () => {
    const { who } = await withDevice();
    for (let n = 0; n < 3; n += 1) {
      expect((await promptFor(who)).opened.status).toBe(201);
      await closePrompt(who);
    }
    const refused = await promptFor(who);
    expect([refused.opened.status, refused.opened.body['code']]).toEqual([429, 'too_many_attempts']);
    const wait = Number(refused.opened.headers.get('retry-after'));
    expect(wait).toBeGreaterThan(200);
    expect(wait).toBeLessThanOrEqual(300);
    await ageBy(who, 300);
    expect((await askForPush(product, refused.challenge)).status).toBe(201);
  });

  it('are at most ten in an hour', async () => {
    const { who } = await withDevice();
    for (let n = 0; n < 10; n += 1) {
      expect((await promptFor(who)).opened.status).toBe(201);
      await closePrompt(who);
      await ageBy(who, 200);
    }
    const refused = await promptFor(who);
    expect(refused.opened.status).toBe(429);
    expect(Number(refused.opened.headers.get('retry-after'))).toBeGreaterThan(1_000);
  });

  it('are not sent while the account waits after wrong answers', async () => {
    const { who } = await withDevice();
    const challenge = await product.actors.check(who);
    await query(
      `insert into mfa_guards values ($1, 'untrusted', 6, clock_timestamp() + interval '30 seconds')`,
      who,
    );
    expect((await askForPush(product, challenge)).body['code']).toBe('too_many_attempts');
  });
});

describe('one denial', () => {
  it('is counted as failures of the device that asked, and leaves the session to other methods', async () => {
    const { who, state } = await withDevice();
    const prompt = await promptFor(who);
    await answerWith(product, state, { challengeId: prompt.challengeId, decision: 'deny' });
    expect(await eventsOf(who)).toContain('push.denied');
    const again = await askForPush(product, prompt.challenge);
    expect(again.status).toBe(201);
    const { body } = await product.actors.check(who);
    const decision = await product.actors.decisionOf({ body } as never);
    expect(decision['signals']).toContainEqual(expect.objectContaining({ code: 'failed_attempts' }));
  });

  it('is forgotten by an approval', async () => {
    const { who, state } = await withDevice();
    const first = await promptFor(who);
    await answerWith(product, state, { challengeId: first.challengeId, decision: 'deny' });
    const second = await askForPush(product, first.challenge);
    const { challengeId, number } = second.body as { challengeId: string; number: string };
    await answerWith(product, state, { challengeId, decision: 'approve', number });
    const approved = { challenge: first.challenge, challengeId };
    const answer = await until(
      () => verifyPush(product, approved),
      ({ status }) => status !== 409,
    );
    expect(answer.status).toBe(200);
    const third = await promptFor(who);
    await answerWith(product, state, { challengeId: third.challengeId, decision: 'deny' });
    expect(await eventsOf(who)).not.toContain('push.switched_off');
  });
});

describe('two denials', () => {
  it('end the session, switch push off for 15 minutes, and tell the user', async () => {
    const { who, state } = await withDevice({ email: 'owner@example.org' });
    const prompt = await promptFor(who);
    await answerWith(product, state, { challengeId: prompt.challengeId, decision: 'deny' });
    const second = await askForPush(product, prompt.challenge);
    const challengeId = String(second.body['challengeId']);
    await answerWith(product, state, { challengeId, decision: 'deny' });
    expect(await standingOf(product, { challenge: prompt.challenge, challengeId })).toBe('denied');
    expect((await askForPush(product, prompt.challenge)).status).toBe(401);
    expect(await endOfWorkflow(product, prompt.challenge)).toBe('COMPLETED');
    expect((await product.actors.decisionOf(prompt.challenge))['state']).toBe('cancelled');
    const next = await promptFor(who);
    expect(next.opened.body['code']).toBe('push_unavailable');
    expect(await kindsTo(who)).toEqual(['factor_changed', 'push_switched_off']);
    expect(await eventsOf(who)).toContain('push.switched_off');
    await query(`update push_pauses set until = clock_timestamp() where user_id = $1`, who);
    expect((await askForPush(product, next.challenge)).status).toBe(201);
  });

  it('do not make a user with nothing but push a user without a method', async () => {
    const who = await product.actors.person({ method: false });
    const state = await deviceOf(product, who);
    for (let n = 0; n < 2; n += 1) {
      const { challengeId } = await promptFor(who);
      await answerWith(product, state, { challengeId, decision: 'deny' });
    }
    const challenge = await product.actors.check(who);
    expect(challenge.body).toMatchObject({ mfaRequired: true, methods: { push: true } });
  });
});

describe('a report', () => {
  it('ends every open challenge, switches push off at once, and asks every session for fresh proof', async () => {
    const who = await passwordPerson(product);
    const { accessToken } = await signInByPassword(product, who);
    const headers = { authorization: `Bearer ${accessToken}` };
    const state = await deviceOf(product, who);
    const stranger = { fingerprint: 'stranger', ip: '203.0.113.9' };
    const [prompt, other] = [await promptFor(who, stranger), await product.actors.check(who, stranger)];
    expect((await product.stack.call('GET', '/api/v1/auth/sessions', { headers })).status).toBe(200);
    await answerWith(product, state, { challengeId: prompt.challengeId, decision: 'report' });
    for (const ended of [prompt.challenge, other]) {
      expect((await product.actors.decisionOf(ended))['state']).toBe('cancelled');
      expect(await endOfWorkflow(product, ended)).toBe('COMPLETED');
    }
    const asked = await product.stack.call('GET', '/api/v1/auth/sessions', { headers });
    expect(asked.body['code']).toBe('fresh_mfa_required');
    expect((await promptFor(who)).opened.body['code']).toBe('push_unavailable');
    expect(await eventsOf(who)).toEqual(expect.arrayContaining(['push.reported', 'push.switched_off']));
    const { rows } = await query(`select count(*)::int as n from sign_in_failures where user_id = $1`, who);
    expect(rows).toEqual([{ n: 10 }]);
    expect(await promptsOf(product, state)).toEqual([]);
  });
});
