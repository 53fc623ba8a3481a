/** Signals on their way to a workflow that never arrive, from either API. */
import type { Pair } from './pair';

/** Runs `work` while no workflow hears of what devices answer, nor of sessions that ended. */
export async function withSignalsLost<T>({ instances }: Pair, work: () => Promise<T>): Promise<T> {
  const lost = instances.flatMap(({ deps: { temporal } }) => [
    jest.spyOn(temporal, 'ringPush').mockResolvedValue(undefined),
    jest.spyOn(temporal, 'ringSession').mockResolvedValue(undefined),
  ]);
  try {
    return await work();
  } finally {
    for (const spy of lost) spy.mockRestore();
  }
}
