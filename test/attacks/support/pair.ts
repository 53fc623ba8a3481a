/**
 * The product as an attacker meets it: two API instances and two workers on one database, Redis and task queue. Every
 * call goes to the other instance than the call before, so that whatever takes two calls crosses them.
 */
import { createActors, type Actors } from '../../api/support/actors';
import { assertOneTerminalEventEach } from '../../api/support/audit';
import { persistently } from '../../api/support/patience';
import type { Product } from '../../api/support/product';
import { startStack, type Stack, type StackOptions } from '../../support/stack';

export interface Pair extends Product {
  /** Both instances, as they are at this moment. */
  readonly instances: readonly [Stack, Stack];
  /** How many sign-ins and step-ups the worker of each instance has assessed. */
  readonly assessed: readonly [number, number];
  /** Stops the API and the worker of the second instance, and starts new ones in their place. */
  restart(): Promise<void>;
  /** Empties Redis: caches and limits are gone, as after its own restart. */
  flushRedis(): Promise<void>;
}

interface Running {
  readonly stack: Stack;
  readonly actors: Actors;
  readonly first: Stack;
  second: Stack;
  readonly counts: [number, number];
}

/** Both instances and their workers share one process here, and with it the thread that does the work. */
const HALF = { WORKFLOW_CALLS_IN_FLIGHT: '4' };

/** Registers the hooks; every file ends with the check that each attempt has one terminal event. */
export function usePair({ signsIn = true, ...given }: StackOptions & { signsIn?: boolean } = {}): Pair {
  const options = { ...given, env: { ...HALF, ...given.env } };
  let pair: Running | undefined;
  const running = (): Running => {
    if (!pair) throw new Error('the product runs inside tests only');
    return pair;
  };
  beforeAll(async () => {
    pair = await startPair(options);
  });
  afterAll(async () => {
    try {
      if (signsIn) await assertOneTerminalEventEach(running().first);
    } finally {
      await pair?.stack.stop();
    }
  });
  return {
    get stack() {
      return running().stack;
    },
    get actors() {
      return running().actors;
    },
    get instances() {
      const { first, second } = running();
      return [first, second] as const;
    },
    get assessed() {
      return running().counts;
    },
    async restart() {
      const { first, second, counts } = running();
      await second.stop();
      running().second = await startBeside(first, counts, options);
    },
    async flushRedis() {
      await persistently(() => running().first.deps.redis.flushdb());
    },
  };
}

async function startPair(options: StackOptions): Promise<Running> {
  const counts: [number, number] = [0, 0];
  const first = await startStack(counted(options, counts, 0));
  const second = await startBeside(first, counts, options).catch(async (error: unknown) => {
    await first.stop();
    throw error;
  });
  const running = { first, second, counts };
  const stack = asOne(running);
  return Object.assign(running, { stack, actors: createActors(stack) });
}

function startBeside(beside: Stack, counts: [number, number], options: StackOptions): Promise<Stack> {
  return startStack({ ...counted(options, counts, 1), beside, withoutWorker: false });
}

/** The same stack, whose worker counts the addresses that it looks up: one for each assessment. */
function counted(options: StackOptions, counts: [number, number], index: 0 | 1): StackOptions {
  return {
    ...options,
    activityDeps: (defaults) => {
      const deps = options.activityDeps?.(defaults) ?? defaults;
      const lookUp: typeof deps.network.lookUp = (ip) => {
        counts[index] += 1;
        return deps.network.lookUp(ip);
      };
      return { ...deps, network: { ...deps.network, lookUp } };
    },
  };
}

/** One stack whose calls take turns between both. */
function asOne(running: Pick<Running, 'first' | 'second'>): Stack {
  let turn = 0;
  const next = (): Stack => {
    turn += 1;
    return turn % 2 === 1 ? running.first : running.second;
  };
  return {
    ...running.first,
    get address() {
      return next().address;
    },
    call: (...sent) => next().call(...sent),
    async stop() {
      await running.second.stop();
      await running.first.stop();
    },
  };
}
