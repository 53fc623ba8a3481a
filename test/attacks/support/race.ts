/** A right answer and its rival, at three moments. */
import type { HttpAnswer } from '../../support/http-client';
import { totpCode } from '../../support/totp';
import type { Person } from '../../api/support/actors';
import type { Product } from '../../api/support/product';
import { expectStanding, expectStatuses, holdingsOf, type Standing } from './aftermath';

const ROUNDS = 6;

/** When the rival comes: with the answer, once its try is charged and nothing else has happened yet, or behind it. */
const MOMENTS = ['with', 'within', 'behind'] as const;

interface Race {
  readonly who: Person;
  readonly challenge: HttpAnswer;
  /** Answers rightly, and has the rival come at its moment. */
  readonly against: <T>(rival: () => Promise<T>) => Promise<[HttpAnswer, T]>;
}

/** Races that several people run at the same time, since each has one chance only. */
export async function rounds(product: Product, race: (race: Race) => Promise<void>): Promise<void> {
  const people = await Promise.all(Array.from({ length: ROUNDS }, () => product.actors.person()));
  await Promise.all(
    people.map(async (who, n) => {
      const challenge = await product.actors.check(who);
      const moment = MOMENTS[n % MOMENTS.length];
      await race({
        who,
        challenge,
        against: (rival) => inMoment(product, { who, challenge, moment }, rival),
      });
    }),
  );
}

async function inMoment<T>(
  product: Product,
  {
    who,
    challenge,
    moment,
  }: Pick<Race, 'who' | 'challenge'> & { moment: (typeof MOMENTS)[number] | undefined },
  rival: () => Promise<T>,
): Promise<[HttpAnswer, T]> {
  const answering = product.actors.verify(challenge, totpCode(who.totpSecret));
  if (moment === 'behind') await answering;
  if (moment === 'within') await isCharged(product, who, answering);
  return Promise.all([answering, rival()]);
}

/** Resolves when a try of hers was charged, without a pause in between; or else with the answer. */
async function isCharged(
  { stack }: Product,
  { userId }: Person,
  answering: Promise<HttpAnswer>,
): Promise<void> {
  let answered = false;
  void answering.finally(() => (answered = true));
  const charged = 'select 1 from mfa_sessions where user_id = $1 and attempts > 0';
  while (!answered && (await stack.database.pool.query(charged, [userId])).rowCount === 0);
}

/**
 * One of both ended the session. A caller who reads 200 has won; one who reads 401 has lost, or has won and lost at once
 * what he had won.
 */
export async function expectOneWinner(
  product: Product,
  who: Person,
  { challenge, answer, rival }: { challenge: HttpAnswer; answer: HttpAnswer; rival: Standing['state'] },
): Promise<void> {
  expectStatuses([answer], 200, 401);
  const { proofs, sessions } = await holdingsOf(product, who);
  await expectStanding(product, challenge, { state: proofs === 1 ? 'verified' : rival });
  expect(proofs).toBeLessThanOrEqual(1);
  if (answer.status === 200) expect(proofs).toBe(1);
  else expect(sessions).toBe(0);
}
