/** Splits a byte stream into lines with bounded memory. */
import type { Readable } from 'node:stream';

export interface NdjsonLine {
  /** From 1. */
  readonly line: number;
  /** `undefined` when the line exceeds the limit. */
  readonly text: string | undefined;
}

const NEWLINE = 0x0a;

/** Yields every non-empty line; one that exceeds `maxBytes` is skipped to its end and yielded without text. */
export async function* ndjsonLines(stream: Readable, maxBytes: number): AsyncGenerator<NdjsonLine> {
  let line = 0;
  let parts: Buffer[] = [];
  let bytes = 0;

  const take = (): NdjsonLine | undefined => {
    line += 1;
    const text = bytes > maxBytes ? undefined : Buffer.concat(parts).toString('utf8').trim();
    parts = [];
    bytes = 0;
    return text === '' ? undefined : { line, text };
  };

  for await (const chunk of stream as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      bytes += end - start;
      if (bytes <= maxBytes) parts.push(chunk.subarray(start, end));
      const taken = take();
      if (taken) yield taken;
      start = end + 1;
    }
    bytes += chunk.length - start;
    if (bytes <= maxBytes) parts.push(chunk.subarray(start));
  }
  if (bytes > 0) {
    const taken = take();
    if (taken) yield taken;
  }
}
