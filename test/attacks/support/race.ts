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

/** The session ended by the answer if that was accepted, else as the rival wanted; and sessions were opened accordingly. */
export async function expectOneWinner(
  product: Product,
  who: Person,
  { challenge, answer, rival }: { challenge: HttpAnswer; answer: HttpAnswer; rival: Standing['state'] },
): Promise<void> {
  expectStatuses([answer], 200, 401);
  const won = answer.status === 200;
  await expectStanding(product, challenge, { state: won ? 'verified' : rival });
  const { proofs } = await holdingsOf(product, who);
  expect(proofs).toBe(won ? 1 : 0);
}
