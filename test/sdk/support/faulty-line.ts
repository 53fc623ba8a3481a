/** A line to the API that loses answers: what was asked arrives and is done, what is answered does not come back. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Fault =
  'cut' | { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string };

export interface Exchange {
  readonly at: number;
  readonly path: string;
  readonly idempotencyKey: string | undefined;
}

/** Spoils the first answers, one by each of `faults`; later ones come through. */
export async function startFaultyLine(target: string) {
  const faults: Fault[] = [];
  const exchanges: Exchange[] = [];
  const server = createServer((request, response) => void relay(request, response));

  async function relay(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const key = request.headers['idempotency-key'];
    exchanges.push({ at: Date.now(), path: request.url ?? '', idempotencyKey: key as string | undefined });
    const fault = faults.shift();
    if (typeof fault === 'object')
      return void response.writeHead(fault.status, fault.headers).end(fault.body);
    const { authorization, 'content-type': contentType } = request.headers;
    const answer = await fetch(target + String(request.url), {
      method: request.method ?? 'GET',
      headers: {
        ...(authorization && { authorization }),
        ...(contentType && { 'content-type': contentType }),
        ...(typeof key === 'string' && { 'idempotency-key': key }),
      },
      ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
    });
    const text = await answer.text();
    if (fault === 'cut') return void request.socket.destroy();
    const headers = [...answer.headers].filter(([name]) => name === 'content-type' || name.startsWith('x-'));
    response.writeHead(answer.status, Object.fromEntries(headers)).end(text);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    address: `http://127.0.0.1:${port}`,
    /** What was asked since `spoil`. */
    exchanges,
    spoil(...next: Fault[]): void {
      exchanges.length = 0;
      faults.splice(0, faults.length, ...next);
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
