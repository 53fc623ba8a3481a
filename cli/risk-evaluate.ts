/**
 * `npm run -s risk:evaluate -- [--settings f] [--city-db f] [--asn-db f] [--threat-dir d] < events.ndjson > verdicts.ndjson`
 * Exit code 1 when a line was bad (it is reported in its place and the rest is kept), 2 when nothing could be read.
 */
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { createEvaluation, type Evaluation } from '../evaluation/evaluate';
import { parseRiskEvent } from '../evaluation/risk-event';
import { verdictOf } from '../evaluation/verdict';
import { ndjsonLines, type NdjsonLine } from '../runtime/ndjson';
import { openNetwork, readSettingsFile, STREAM_OPTIONS } from './stream-options';

const MAX_LINE_BYTES = 65_536;
/** Written together: a system call for each line would cost more than the verdict. */
const CHUNK_CHARACTERS = 65_536;

async function main(): Promise<number> {
  const { values } = parseArgs({ options: STREAM_OPTIONS });
  const settings = readSettingsFile(values.settings);
  const { lookUp } = await openNetwork(values);
  const evaluation = createEvaluation({ settings, lookUp });
  let bad = 0;
  let chunk = '';
  const flush = async () => {
    const text = chunk;
    chunk = '';
    if (text !== '' && !process.stdout.write(text)) await once(process.stdout, 'drain');
  };
  for await (const line of ndjsonLines(process.stdin, MAX_LINE_BYTES)) {
    const answer = answerTo(evaluation, line);
    if ('error' in answer) bad += 1;
    chunk += `${JSON.stringify(answer)}\n`;
    if (chunk.length >= CHUNK_CHARACTERS) await flush();
  }
  await flush();
  if (bad > 0) console.error(`${bad} bad lines`);
  return bad > 0 ? 1 : 0;
}

function answerTo(evaluation: Evaluation, { line, text }: NdjsonLine): object {
  if (text === undefined) return { line, error: `is longer than ${MAX_LINE_BYTES} bytes` };
  const parsed = parseRiskEvent(text);
  if (!parsed.ok) return { line, error: parsed.problem };
  const judged = evaluation.take(parsed.event);
  const { id } = parsed.event;
  return judged === 'recorded' ? { id, recorded: true } : verdictOf(id, judged);
}

// Whoever reads the verdicts may stop reading: that is no error of ours.
process.stdout.on('error', () => process.exit(0));

main().then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : 'failed');
    process.exitCode = 2;
  },
);
