/** Challenges of passkeys: good once, in one session, in time. And counters, which only go forwards. */
import { createPasskeyActs } from '../api/support/passkeys';
import {
  attackOn,
  countOf,
  expectNothingGained,
  expectOneSuccess,
  expectRefusal,
  expectStatuses,
} from './support/aftermath';
import { usePair } from './support/pair';

const product = usePair();
const { ask, answer, answerWith, askToRegister, enrol, owner, sql } = createPasskeyActs(product);

describe('a challenge', () => {
  it('of another session of the same user is refused', async () => {
    const { who, authenticator } = await owner();
    const [first, second] = [await product.actors.check(who), await product.actors.check(who)];
    const forFirst = authenticator.get((await ask(first)).body);
    const attack = await attackOn(product, who, second);
    expect((await ask(second)).status).toBe(201);
    expectRefusal(await answer(second, forFirst));
    await expectNothingGained(product, attack, { state: 'pending', attempts: 1 });
    expect((await answer(first, forFirst)).status).toBe(200);
    await expectOneSuccess(product, { ...attack, challenge: first }, { by: 'passkey', attempts: 1 });
  });

  it("of another user's session is refused", async () => {
    const [one, other] = [await owner(), await owner()];
    const [mine, theirs] = [await product.actors.check(one.who), await product.actors.check(other.who)];
    const attack = await attackOn(product, one.who, mine);
    await ask(mine);
    expectRefusal(await answer(mine, one.authenticator.get((await ask(theirs)).body)));
    await expectNothingGained(product, attack, { state: 'pending', attempts: 1 });
  });

  it('of a registration is refused', async () => {
    const { who, authenticator } = await owner();
    const challenge = await product.actors.check(who);
    const attack = await attackOn(product, who, challenge);
    await ask(challenge);
    expectRefusal(await answer(challenge, authenticator.get((await askToRegister(who)).body)));
    await expectNothingGained(product, attack, { state: 'pending', attempts: 1 });
  });

  it('is replaced by the next one', async () => {
    const { who, authenticator } = await owner();
    const challenge = await product.actors.check(who);
    const attack = await attackOn(product, who, challenge);
    const old = (await ask(challenge)).body;
    await ask(challenge);
    expectRefusal(await answer(challenge, authenticator.get(old)));
    await expectNothingGained(product, attack, { state: 'pending', attempts: 1 });
  });

  it('is good for one answer, a wrong one too', async () => {
    const { who, authenticator } = await owner();
    const challenge = await product.actors.check(who);
    const attack = await attackOn(product, who, challenge);
    const request = (await ask(challenge)).body;
    expectRefusal(await answer(challenge, authenticator.get(request, { rpId: 'evil.example' })));
    expectRefusal(await answer(challenge, authenticator.get(request)));
    await expectNothingGained(product, attack, { state: 'pending', attempts: 2 });
    expect((await answerWith(challenge, authenticator)).status).toBe(200);
  });

  it('never asked for is refused', async () => {
    const { who, authenticator } = await owner();
    const challenge = await product.actors.check(who);
    expectRefusal(await answer(challenge, authenticator.get({ challenge: 'A'.repeat(43) })));
  });

  it('is over with its session, and by itself when its time is over', async () => {
    const { who, authenticator } = await owner();
    const challenge = await product.actors.check(who);
    const attack = await attackOn(product, who, challenge);
    const credential = authenticator.get((await ask(challenge)).body);
    await sql('update webauthn_challenges set expires_at = now() where user_id = $1', who.userId);
    expectRefusal(await answer(challenge, credential));
    await expectNothingGained(product, attack, { state: 'pending', attempts: 1 });
    const cancelled = await product.actors.check(who);
    const late = authenticator.get((await ask(cancelled)).body);
    await product.stack.call('POST', '/api/v1/auth/mfa/session/cancel', {
      body: { mfaSessionId: cancelled.body['mfaSessionId'] },
    });
    expectRefusal(await answer(cancelled, late));
    const ended = { ...attack, challenge: cancelled };
    await expectNothingGained(product, ended, { state: 'cancelled', attempts: 0 });
  });
});

describe('an assertion', () => {
  it('that was accepted is refused when it is sent again, in every session', async () => {
    const { who, authenticator } = await owner({ counts: false });
    const [first, other] = [await product.actors.check(who), await product.actors.check(who)];
    const attack = await attackOn(product, who, first);
    const credential = authenticator.get((await ask(first)).body);
    expect((await answer(first, credential)).status).toBe(200);
    expectRefusal(await answer(first, credential));
    expectRefusal(await answer(other, credential));
    await ask(other);
    expectRefusal(await answer(other, credential));
    await expectOneSuccess(product, attack, { by: 'passkey', attempts: 1 });
  });

  it('20 times in parallel, at two instances, opens one session', async () => {
    const { who, authenticator } = await owner({ counts: false });
    const challenge = await product.actors.check(who);
    const credential = authenticator.get((await ask(challenge)).body);
    const attack = await attackOn(product, who, challenge);
    const answers = await Promise.all(Array.from({ length: 20 }, () => answer(challenge, credential)));
    expect(countOf(answers, 200)).toBe(1);
    expectStatuses(answers, 200, 401, 429);
    await expectOneSuccess(product, attack, { by: 'passkey' });
  });
});

describe('a counter', () => {
  const stateOf = async (userId: string) =>
    (
      await sql<{ state: string; n: number }>(
        'select state, sign_count::int as n from passkeys where user_id = $1',
        userId,
      )
    ).rows;

  it.each([
    ['that stands still', 5],
    ['that goes backwards', 3],
    ['that starts again at nothing', 0],
  ])('%s disables its passkey, which proves nothing any more', async (_title, signCount) => {
    const { who, authenticator } = await owner();
    const first = await product.actors.check(who);
    expect((await answerWith(first, authenticator, { signCount: 5 })).status).toBe(200);
    const challenge = await product.actors.check(who);
    expectRefusal(await answerWith(challenge, authenticator, { signCount }));
    expect(await stateOf(who.userId)).toEqual([{ state: 'disabled', n: 5 }]);
    expect(await product.actors.auditOf(challenge)).toEqual([
      expect.any(String),
      'MFA session created',
      'Passkey disabled: its counter went backwards',
      'MFA verification failed',
    ]);
    const audit = await product.stack.call(
      'GET',
      `/api/v1/admin/audit?userId=${who.userId}&type=passkey.counter_regressed`,
      { as: 'operator' },
    );
    expect(audit.body['events']).toEqual([expect.objectContaining({ level: 'warn' })]);
    expect((await ask(challenge)).body['code']).toBe('passkey_unavailable');
  });

  it('disables no passkey without its signature: nobody without the key can take it away', async () => {
    const { who, authenticator } = await owner();
    const first = await product.actors.check(who);
    expect((await answerWith(first, authenticator, { signCount: 5 })).status).toBe(200);
    const challenge = await product.actors.check(who);
    const { authenticator: foreign } = await owner();
    const { credentialId, userHandle } = authenticator.state;
    expectRefusal(await answerWith(challenge, foreign, { credentialId, userHandle, signCount: 0 }));
    expect(await stateOf(who.userId)).toEqual([{ state: 'active', n: 5 }]);
    expect((await answerWith(challenge, authenticator, { signCount: 6 })).status).toBe(200);
  });

  it('of a disabled passkey leaves its owner challenged, never let in without', async () => {
    const { who, authenticator } = await owner();
    await answerWith(await product.actors.check(who), authenticator, { signCount: 5 });
    await answerWith(await product.actors.check(who), authenticator, { signCount: 1 });
    expect((await product.actors.check(who)).body).toMatchObject({
      mfaRequired: true,
      methods: { passkey: true },
    });
    expectRefusal(
      await answer(await product.actors.check(who), authenticator.get({ challenge: 'A'.repeat(43) })),
    );
  });

  it('of one passkey says nothing about another: the second still signs in', async () => {
    const { who, authenticator } = await owner();
    const spare = await enrol(who);
    await answerWith(await product.actors.check(who), authenticator, { signCount: 5 });
    const challenge = await product.actors.check(who);
    expectRefusal(await answerWith(challenge, authenticator, { signCount: 1 }));
    expect((await ask(challenge)).body['allowCredentials']).toHaveLength(1);
    expect((await answerWith(challenge, spare)).status).toBe(200);
  });
});
