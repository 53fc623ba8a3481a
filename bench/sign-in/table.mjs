/** The figures of a run as Markdown, each also in multiples of the floor. */

const WORDS = {
  floor: 'empty workflow (floor)',
  usual: 'usual design: three activities, polled',
  skip: '`status/check`, let in',
  challenge: '`status/check`, challenged',
  totp: '`verify` by TOTP',
  stepUpApproved: 'step-up, approved at once',
  stepUpChallenged: 'step-up, challenged',
  push: 'push: asked, approved, handed over',
};

export function tableOf({ at, rounds, requests, machine, kinds }) {
  const floor = kinds.find(({ name }) => name === 'floor');
  const times = (value, of) => `${value} (${(value / of).toFixed(2)})`;
  const rows = kinds.map(({ name, latency, perSecond, cpu }) => {
    const { api, worker, temporal, postgres, redis } = cpu;
    return [
      WORDS[name] ?? name,
      times(latency.p50, floor.latency.p50),
      latency.p95,
      times(latency.p99, floor.latency.p99),
      ...Object.keys(perSecond).map((lanes) => times(perSecond[lanes], floor.perSecond[lanes])),
      [api, worker, temporal, postgres, redis].join(' + '),
    ].join(' | ');
  });
  return [
    `# Sign-ins, ${at.slice(0, 10)}`,
    '',
    `Medians of ${rounds} rounds of ${requests} requests, one at a time; then so many requests a second at 8, 16 and 32 at a time. In brackets multiples of the floor in the same run. CPU of API + worker + Temporal + Postgres + Redis at 8 at a time. Node ${machine.node}, ${machine.cores} cores, load ${machine.load[0].toFixed(1)}, with the load generator on the same cores.`,
    '',
    '| Request | p50 ms | p95 ms | p99 ms | /s at 8 | /s at 16 | /s at 32 | CPU ms |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows.map((row) => `| ${row} |`),
    '',
  ].join('\n');
}
