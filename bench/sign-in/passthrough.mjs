/** A way to a server that passes every byte on as it is and lets somebody look at it. */
import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/**
 * @param {string} url of the server
 * @param {() => {sent(chunk: Buffer): void, answered(chunk: Buffer): void}} createTap for each connection
 * @returns {Promise<{url: string, stop(): void}>} `url`: the same, by this way
 */
export async function openPassthrough(url, createTap) {
  const target = new URL(url);
  const sockets = new Set();
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname);
    const tap = createTap();
    join(client, upstream, tap.sent);
    join(upstream, client, tap.answered);
    for (const socket of [client, upstream]) {
      sockets.add(socket.setNoDelay(true));
      socket.on('close', () => sockets.delete(socket));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const way = new URL(url);
  way.hostname = '127.0.0.1';
  way.port = String(server.address().port);
  return {
    url: way.href,
    stop() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** A broken connection is the matter of the two ends. */
function join(from, to, look) {
  from.on('data', (chunk) => {
    look(chunk);
    to.write(chunk);
  });
  from.on('end', () => to.end());
  from.on('error', () => to.destroy());
}
