/** What follows when a passkey turns out to be copied: its owner is told, and the device that used it is suspect. */
import { randomIp, randomName, type Person } from './support/actors';
import { noticesTo } from './support/notices';
import { createPasskeyActs } from './support/passkeys';
import { useProduct } from './support/product';

const product = useProduct();
const { answerWith, enrol, sql } = createPasskeyActs(product);

/** A device that nobody knows, in the hands of somebody who knows the password. */
const strangerTo = ({ userId, login, totpSecret }: Person): Person => ({
  userId,
  login,
  totpSecret,
  fingerprint: randomName(),
  ip: randomIp(),
});

/** Somebody with a trusted device and a passkey whose counter is at 5. */
async function owner() {
  const who = await product.actors.settle(
    await product.actors.person({ email: `${randomName()}@example.org` }),
  );
  const authenticator = await enrol(who);
  const used = await answerWith(await product.actors.check(strangerTo(who)), authenticator, { signCount: 5 });
  expect(used.status).toBe(200);
  return { who, authenticator };
}

/** Uses the copy on the device of a stranger; returns that device. */
async function useCopy({ who, authenticator }: Awaited<ReturnType<typeof owner>>) {
  const thief = strangerTo(who);
  const challenge = await product.actors.check(thief);
  expect((await answerWith(challenge, authenticator, { signCount: 3 })).status).toBe(401);
  return { thief, challenge };
}

async function assessmentOf(who: Person) {
  const { riskScore, signals, outcome } = await product.actors.decisionOf(await product.actors.check(who));
  const failed = (signals as { code: string; points: number }[]).find(
    ({ code }) => code === 'failed_attempts',
  );
  return { riskScore: riskScore as number, outcome: outcome as string, failures: failed?.points };
}

describe('a copied passkey', () => {
  it('is told of to its owner, with place and device, once', async () => {
    const somebody = await owner();
    const { challenge } = await useCopy(somebody);
    const told = (await noticesTo(product, somebody.who)).filter(({ kind }) => kind === 'passkey_disabled');
    expect(told).toHaveLength(1);
    expect(told[0]?.text).toContain('Firefox on Linux');
    // The copy again: it is disabled, and there is nothing more to tell.
    expect((await answerWith(challenge, somebody.authenticator, { signCount: 4 })).status).toBe(401);
    const again = (await noticesTo(product, somebody.who)).filter(({ kind }) => kind === 'passkey_disabled');
    expect(again).toHaveLength(1);
  });

  it('raises the risk of the device that used it, as ten failures do', async () => {
    const somebody = await owner();
    const { thief } = await useCopy(somebody);
    expect((await assessmentOf(thief)).failures).toBe(50);
    const rows = await sql<{ reason: string; n: number }>(
      `select reason, count(*)::int as n from sign_in_failures where user_id = $1 group by reason`,
      somebody.who.userId,
    );
    expect(rows.rows).toEqual([{ reason: 'passkey_copied', n: 10 }]);
  });

  it("leaves the owner's trusted device as it was: no failures, no higher score, no MFA", async () => {
    const somebody = await owner();
    const before = await assessmentOf(somebody.who);
    await useCopy(somebody);
    expect(await assessmentOf(somebody.who)).toEqual(before);
    expect(before).toMatchObject({ outcome: 'allow', failures: undefined });
  });

  it('noticed on the trusted device itself locks nobody out of it', async () => {
    const { who, authenticator } = await owner();
    const at = await product.actors.application({ mfaPolicy: 'always' });
    const challenge = await product.actors.check(who, {}, { at });
    expect((await answerWith(challenge, authenticator, { signCount: 5 })).status).toBe(401);
    expect(await assessmentOf(who)).toMatchObject({ outcome: 'allow', failures: undefined });
  });

  it('counts, disables and tells once when its answer is judged in two runs at once', async () => {
    const { who, authenticator } = await owner();
    const thief = strangerTo(who);
    const challenges = await Promise.all([product.actors.check(thief), product.actors.check(thief)]);
    await Promise.all(challenges.map((challenge) => answerWith(challenge, authenticator, { signCount: 2 })));
    const { rows } = await sql<{ failures: number; notices: number }>(
      `select (select count(*)::int from sign_in_failures where user_id = $1) as failures,
         (select count(*)::int from outbox where user_id = $1 and kind = 'passkey_disabled') as notices`,
      who.userId,
    );
    expect(rows).toEqual([{ failures: 10, notices: 1 }]);
  });
});
