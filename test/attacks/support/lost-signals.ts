/** Signals on their way to a workflow that never arrive, from either API. */
import type { Pair } from './pair';

/** Runs `work` while no workflow hears of what devices answer. */
export async function withSignalsLost<T>({ instances }: Pair, work: () => Promise<T>): Promise<T> {
  const lost = instances.map(({ deps }) =>
    jest.spyOn(deps.temporal, 'ringPush').mockResolvedValue(undefined),
  );
  try {
    return await work();
  } finally {
    for (const spy of lost) spy.mockRestore();
  }
}
