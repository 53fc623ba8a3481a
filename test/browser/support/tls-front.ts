/** TLS before API and shop, by host name, with a certificate that only a browser told to ignore errors accepts. */
import { generateKeyPairSync } from 'node:crypto';
import { request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { certificateOf } from '../../support/attestation';

/** Listens at once; `targets` (host name to address) may be filled in later. */
export async function startTlsFront(targets: ReadonlyMap<string, string>) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const certificate = certificateOf(publicKey, privateKey).toString('base64');
  const cert = `-----BEGIN CERTIFICATE-----\n${certificate}\n-----END CERTIFICATE-----\n`;
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' });
  const server = createServer({ cert, key }, (request, response) => relay(targets, request, response));
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    /** So that a browser finds every host of `.test` here. */
    browserArguments: [
      `--host-resolver-rules=MAP *.test:443 127.0.0.1:${port}`,
      '--ignore-certificate-errors',
    ],
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function relay(
  targets: ReadonlyMap<string, string>,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const target = targets.get(request.headers.host ?? '');
  if (target === undefined) return void response.writeHead(404).end();
  const { method = 'GET', headers, url = '/' } = request;
  const onward = forward(new URL(url, target), { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  request.pipe(onward);
}
