/**
 * `npm run -s risk:evaluate -- [--settings f] [--city-db f] [--asn-db f] [--threat-dir d] < events.ndjson > verdicts.ndjson`
 * Exit code 1 when a line was bad (it is reported in its place and the rest is kept), 2 when nothing could be read.
 */
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { createEvaluation } from '../evaluation/evaluate';
import { verdictOf } from '../evaluation/verdict';
import { eventsOf, runCommand } from './event-stream';
import { openNetwork, readSettingsFile, STREAM_OPTIONS } from './stream-options';

/** Written together: a system call for each line would cost more than the verdict. */
const CHUNK_CHARACTERS = 65_536;

async function main(): Promise<number> {
  const { values } = parseArgs({ options: STREAM_OPTIONS });
  const settings = readSettingsFile(values.settings);
  const { lookUp } = await openNetwork(values);
  const evaluation = createEvaluation({ settings, lookUp });
  let bad = 0;
  let chunk = '';
  const write = async (answer: object) => {
    chunk += `${JSON.stringify(answer)}\n`;
    if (chunk.length >= CHUNK_CHARACTERS) await flush();
  };
  const flush = async () => {
    const text = chunk;
    chunk = '';
    if (text !== '' && !process.stdout.write(text)) await once(process.stdout, 'drain');
  };
  for await (const { line, parsed } of eventsOf(process.stdin)) {
    if (parsed.ok) {
      const { id } = parsed.event;
      const judged = evaluation.take(parsed.event);
      await write(judged === 'recorded' ? { id, recorded: true } : verdictOf(id, judged));
    } else {
      bad += 1;
      await write({ line, error: parsed.problem });
    }
  }
  await flush();
  if (bad > 0) console.error(`${bad} bad lines`);
  return bad > 0 ? 1 : 0;
}

// Whoever reads the verdicts may stop reading: that is no error of ours.
process.stdout.on('error', () => process.exit(0));

runCommand(main);
