/** People who were asked for MFA and have not answered. */
import { challenged, createPeople, verify } from '../sign-in/people.mjs';

const AT_A_TIME = 16;
const TRIES = 60;
const PAUSE_MS = 250;

/** "Nothing took effect, try again", says a 503. */
async function again(work) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries === TRIES || !/: 503 /.test(error.message)) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}

/** Each challenge is of a person of its own; the oldest comes first. */
export function createCrowd(call) {
  const waiting = [];
  return {
    waiting: () => waiting.length,
    /** Opens challenges until so many wait. */
    async growTo(count) {
      const people = await createPeople(call, count - waiting.length);
      const lane = async () => {
        for (let person = people.pop(); person; person = people.pop()) {
          const session = await again(() => challenged(call, person));
          waiting.push({ person, session });
        }
      };
      await Promise.all(Array.from({ length: AT_A_TIME }, lane));
    },
    /** Makes ready the right answers of so many who wait longest, or shortest. They wait no more. */
    answersOf(which, count) {
      const chosen = which === 'oldest' ? waiting.splice(0, count) : waiting.splice(-count);
      return chosen.map(
        ({ person, session }) =>
          () =>
            verify(call, session, person),
      );
    },
  };
}
