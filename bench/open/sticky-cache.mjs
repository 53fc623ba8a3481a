/** What the SDK's core tells of its cache of workflows, summed over processes (`core-metrics.cjs`). */
import { join } from 'node:path';

const FIGURES = {
  cached: 'sticky_cache_size',
  hits: 'sticky_cache_hit',
  misses: 'sticky_cache_miss',
  evictions: 'sticky_cache_total_forced_eviction',
};

export function environmentFor(root) {
  const preload = `--require=${JSON.stringify(join(root, 'bench', 'open', 'core-metrics.cjs'))}`;
  const { NODE_OPTIONS: own = '' } = process.env;
  return { NODE_OPTIONS: `${own} ${preload}`.trim() };
}

async function textOf(pid) {
  const answer = await fetch(`http://127.0.0.1:${20_000 + (pid % 30_000)}/metrics`).catch(() => undefined);
  return answer?.ok ? answer.text() : '';
}

/** @returns {Promise<{cached: number, hits: number, misses: number, evictions: number}>} since the processes started */
export async function stickyCache({ pids }) {
  const texts = await Promise.all([...pids.api, ...pids.worker].map(textOf));
  const sum = (name) => {
    const lines = texts
      .join('\n')
      .matchAll(new RegExp(`^temporal_${name}(?:_total)?(?:\\{.*\\})? (\\S+)$`, 'gm'));
    return [...lines].reduce((total, [, value]) => total + Number(value), 0);
  };
  return Object.fromEntries(Object.entries(FIGURES).map(([key, name]) => [key, sum(name)]));
}
