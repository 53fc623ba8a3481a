/** What is measured: each kind makes requests ready, so that only the request itself is timed. */
import { check, verify } from './people.mjs';

/** A list that begins again at its end. */
function around(list) {
  let next = 0;
  return () => list[next++ % list.length];
}

/** @returns {{name: string, prepare: (count: number) => Promise<(() => Promise<unknown>)[]>}[]} */
export function kindsOf({ call, rig, settled, strangers }) {
  const post = async (path) => {
    const response = await fetch(rig.address + path, { method: 'POST' });
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return response.text();
  };
  const nextSettled = around(settled);
  const nextStranger = around(strangers);
  const many = (make) => async (count) => Promise.all(Array.from({ length: count }, make));
  return [
    { name: 'floor', prepare: many(() => () => post('/floor')) },
    { name: 'usual', prepare: many(() => () => post('/usual')) },
    { name: 'skip', prepare: many(() => () => skipped(call, nextSettled())) },
    { name: 'challenge', prepare: many(() => () => challenged(call, nextStranger())) },
    {
      name: 'totp',
      async prepare(count) {
        const ready = [];
        for (let n = 0; n < count; n += 1) {
          const person = nextStranger();
          const session = await challenged(call, person);
          ready.push(() => verify(call, session, person));
        }
        return ready;
      },
    },
  ];
}

async function skipped(call, person) {
  const answer = await check(call, person);
  if (answer.mfaRequired) throw new Error('a settled person was asked for MFA');
  return answer;
}

async function challenged(call, person) {
  const answer = await check(call, person);
  if (!answer.mfaRequired) throw new Error('a stranger was let in');
  return answer;
}
