/** People with a TOTP secret whose codes are fresh, and what every product's scripts share. */
import { randomBytes } from 'node:crypto';
import { totpCode } from '../sign-in/people.mjs';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const STEP_MS = 30_000;
/** Preparing is not measured; it should only be over soon. */
const LANES = 8;

export const PASSWORD = 'wet-harbour-7-lanterns';

const stepNow = () => Math.floor(Date.now() / STEP_MS);

/** Base32 (RFC 4648) without padding; the products also take the bytes as text or hexadecimal. */
function base32(text) {
  const bits = [...Buffer.from(text)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return bits
    .match(/.{5}/g)
    .map((five) => ALPHABET[parseInt(five, 2)])
    .join('');
}

/** @returns {{name: string, secret: string, totpSecret: string}[]} the same 20 bytes as text and in Base32 */
export function makePeople(count) {
  const run = randomBytes(3).toString('hex');
  return Array.from({ length: count }, (_, index) => {
    const secret = randomBytes(10).toString('hex');
    return { name: `p${run}${index}`, secret, totpSecret: base32(secret) };
  });
}

/** Of each person one code a time step: a product that keeps replays out would refuse a second one. */
export function takingTurns(people) {
  const own = people.map((person) => ({ ...person, usedIn: 0 }));
  let next = 0;
  return async function take(count) {
    if (count > own.length) throw new Error(`${count} people needed at once, ${own.length} there are`);
    const taken = Array.from({ length: count }, () => own[next++ % own.length]);
    while (taken.some(({ usedIn }) => usedIn >= stepNow()))
      await new Promise((resolve) => setTimeout(resolve, STEP_MS - (Date.now() % STEP_MS) + 5));
    return taken;
  };
}

/** The person's code of this moment, noted as used. */
export function freshCode(person) {
  person.usedIn = stepNow();
  return totpCode(person.totpSecret);
}

/** A code that is not the person's now, nor of the steps around. */
export function wrongCode({ totpSecret }) {
  return String((Number(totpCode(totpSecret)) + 500_000) % 1_000_000).padStart(6, '0');
}

/** Each item through `make`, a few at a time, in order. */
export async function inLanes(items, make) {
  const made = new Array(items.length);
  let next = 0;
  const lane = async () => {
    for (let index = next++; index < items.length; index = next++) made[index] = await make(items[index]);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return made;
}

/** Requests of a kind that needs no preparation: `send` gets a person. */
export const direct = (take, send) => async (count) =>
  (await take(count)).map((person) => () => send(person));

/** Requests that go on from `begin`, which is not measured. */
export const after = (take, begin, send) => async (count) =>
  inLanes(await take(count), async (person) => {
    const begun = await begin(person);
    return () => send(person, begun);
  });

/** Throws unless the answer is what it has to be: a refused request must not count as a fast one. */
export function expect(holds, response, text) {
  if (!holds) throw new Error(`${new URL(response.url).pathname}: ${response.status} ${text.slice(0, 200)}`);
}
