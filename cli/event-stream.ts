/** Standard input as events, for the commands over streams. */
import { errorMessage } from '../network/error-message';
import { parseRiskEvent, type ParsedEvent } from '../evaluation/risk-event';
import { ndjsonLines } from '../runtime/ndjson';

const MAX_LINE_BYTES = 65_536;

/** Every line with its number: an event, or what is wrong with it. */
export async function* eventsOf(
  stream: NodeJS.ReadStream,
): AsyncGenerator<{ readonly line: number; readonly parsed: ParsedEvent }> {
  for await (const { line, text } of ndjsonLines(stream, MAX_LINE_BYTES)) {
    const problem = `is longer than ${MAX_LINE_BYTES} bytes`;
    yield { line, parsed: text === undefined ? { ok: false, problem } : parseRiskEvent(text) };
  }
}

/** Runs a command: its exit code is what it returns, or 2 when it could not run. */
export function runCommand(main: () => Promise<number>): void {
  main().then(
    (exitCode) => {
      process.exitCode = exitCode;
    },
    (error: unknown) => {
      console.error(errorMessage(error));
      process.exitCode = 2;
    },
  );
}
