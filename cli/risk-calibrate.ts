/**
 * `npm run -s risk:calibrate -- --budget 0.2 < events.ndjson`: the thresholds of likelihood for these sign-ins, and what
 * share of each class of users and attackers they would ask for MFA. Exit code 1 when a line was bad.
 */
import { parseArgs } from 'node:util';
import { createCalibrator } from '../evaluation/calibration';
import { createEvaluation } from '../evaluation/evaluate';
import { eventsOf, runCommand } from './event-stream';
import { openNetwork, readSettingsFile, STREAM_OPTIONS } from './stream-options';

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { ...STREAM_OPTIONS, budget: { type: 'string' } } });
  const budget = Number(values.budget ?? '0.2');
  if (!(budget > 0 && budget < 1)) throw new Error('--budget is a share between 0 and 1');
  const settings = { ...readSettingsFile(values.settings), riskModel: 'likelihood-shadow' } as const;
  const { lookUp } = await openNetwork(values);
  const evaluation = createEvaluation({ settings, lookUp });
  const calibrator = createCalibrator();
  let bad = 0;
  for await (const { line, parsed } of eventsOf(process.stdin)) {
    if (parsed.ok) {
      const judged = evaluation.take(parsed.event);
      if (judged !== 'recorded') calibrator.take(parsed.event, judged);
    } else {
      bad += 1;
      console.error(`line ${line}: ${parsed.problem}`);
    }
  }
  const calibration = calibrator.finish(budget);
  if (!calibration)
    throw new Error('too few sign-ins, or too small a budget: likelihood begins after 2,000 completed ones');
  console.log(JSON.stringify({ budget, ...calibration }, null, 2));
  return bad > 0 ? 1 : 0;
}

runCommand(main);
