/** Challenges a second by the number of worker processes, none of them within the API. */
import { memoryOf } from '../load/memory.mjs';
import { createCaller } from '../sign-in/caller.mjs';
import { rounded, throughput } from '../sign-in/measure.mjs';
import { challenged, createPeople } from '../sign-in/people.mjs';

const AT_A_TIME = 32;
const WARM = 100;

export const workersEnvironment = (workers) => ({ WORKERS: String(workers), API_HOSTS_WORKER: '0' });

export async function measureWorkers(instance, { workers, requests }) {
  const call = createCaller(instance);
  const people = await createPeople(call, WARM + requests);
  const asked = people.map((person) => () => challenged(call, person).catch(() => undefined));
  await throughput(asked.slice(0, WARM), AT_A_TIME);
  let refused = 0;
  const counted = asked.slice(WARM).map((ask) => async () => {
    if ((await ask()) === undefined) refused += 1;
  });
  const perSecond = await throughput(counted, AT_A_TIME);
  const share = (requests - refused) / requests;
  return { workers, perSecond: rounded(perSecond * share), refused, memoryMib: memoryOf(instance) };
}
