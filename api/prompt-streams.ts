/**
 * Where a prompt stands, as a stream of server-sent events until it is settled. The store is asked every second; nothing
 * waits on a workflow. Must never hold more connections than told, nor one that its client has left.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import { Problem } from './problem';

const LOOK_EVERY_MS = 1_000;
/** Looks between comments that keep proxies from closing a silent connection. */
const LOOKS_PER_COMMENT = 15;
const MAX_STREAMS = 500;
const MAX_STREAMS_PER_SESSION = 2;

export interface PromptStreams {
  /** Takes the reply over and streams what `look` says until it is no longer `pending`. Throws 503 when there is no room. */
  stream(reply: FastifyReply, sessionIdHash: string, look: () => Promise<string>): Promise<void>;
  /** Ends all streams; their clients come back to another instance. */
  close(): void;
}

/** One for each process. */
export function createPromptStreams(): PromptStreams {
  const open = new Map<AbortController, string>();
  const isFull = (sessionIdHash: string) => {
    const own = [...open.values()].filter((idHash) => idHash === sessionIdHash);
    // Exhaustion: a session holds two, so that nobody takes all of them.
    return open.size >= MAX_STREAMS || own.length >= MAX_STREAMS_PER_SESSION;
  };
  return {
    async stream(reply, sessionIdHash, look) {
      if (isFull(sessionIdHash)) throw new Problem('unavailable', { retryAfterSeconds: 2 });
      const ending = new AbortController();
      open.set(ending, sessionIdHash);
      try {
        begin(reply, ending);
        await follow(reply, look, ending.signal);
      } finally {
        open.delete(ending);
        reply.raw.end();
      }
    },
    close() {
      for (const ending of open.keys()) ending.abort();
    },
  };
}

function begin(reply: FastifyReply, ending: AbortController): void {
  reply.hijack();
  reply.raw.on('close', () => ending.abort());
  const headers = Object.entries(reply.getHeaders()).filter(([, value]) => value !== undefined);
  reply.raw.writeHead(200, {
    ...(Object.fromEntries(headers) as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    connection: 'close',
    // Proxies that collect answers would hold the news back.
    'x-accel-buffering': 'no',
  });
  reply.raw.write('retry: 2000\n\n');
}

/** Whatever ends it early (a store that is away, too), the client finds out by asking again. */
async function follow(reply: FastifyReply, look: () => Promise<string>, signal: AbortSignal): Promise<void> {
  let told: string | undefined;
  for (let looks = 1; !signal.aborted; looks += 1) {
    const status = await look().catch(() => undefined);
    if (status === undefined) return;
    if (status !== told) reply.raw.write(`event: status\ndata: ${JSON.stringify({ status })}\n\n`);
    else if (looks % LOOKS_PER_COMMENT === 0) reply.raw.write(': waiting\n\n');
    told = status;
    if (status !== 'pending') return;
    await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}
