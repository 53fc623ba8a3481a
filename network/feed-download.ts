/**
 * Fetches one file over HTTP within a time and a size. Whatever goes wrong is an answer, not an exception.
 */
import { errorMessage, isTimeout } from './error-message';

export type Download =
  { readonly kind: 'body'; readonly bytes: Buffer } | { readonly kind: 'failed'; readonly reason: string };

export interface DownloadLimits {
  readonly fetch: typeof globalThis.fetch;
  /** For the whole exchange, body included. */
  readonly timeoutMs: number;
  /** Counted after decompression, so that a small compressed answer cannot fill the memory. */
  readonly maxBytes: number;
}

/** GETs `url`. Redirects are refused: the sources do not redirect, captive portals and hijackers do. */
export async function download(url: string, limits: DownloadLimits): Promise<Download> {
  try {
    const response = await limits.fetch(url, {
      redirect: 'error',
      signal: AbortSignal.timeout(limits.timeoutMs),
      headers: { accept: 'text/plain, application/json, */*;q=0.1' },
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      return { kind: 'failed', reason: `the server answered ${response.status}` };
    }
    return await readWithin(response, limits.maxBytes);
  } catch (error) {
    const { timeoutMs } = limits;
    const reason = isTimeout(error) ? `no whole answer within ${timeoutMs} ms` : errorMessage(error);
    return { kind: 'failed', reason };
  }
}

async function readWithin(response: Response, maxBytes: number): Promise<Download> {
  if (response.body === null) return { kind: 'failed', reason: 'the answer is empty' };
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop cancels the stream, and with it the connection.
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    if (size > maxBytes) return { kind: 'failed', reason: `it is larger than ${maxBytes} bytes` };
    chunks.push(chunk);
  }
  return { kind: 'body', bytes: Buffer.concat(chunks) };
}
