/** Requests that arrive byte by byte: they are cut off in time, hold nobody up, and have no effect. */
import { connect } from 'node:net';
import { totpCode } from '../support/totp';
import { attackOn, expectOneSuccess } from './support/aftermath';
import { usePair } from './support/pair';

const product = usePair({ env: { REQUEST_TIMEOUT_SECONDS: '1' } });
const TRICKLE_MS = 100;

interface Slow {
  /** What the server said until it closed the connection, and how long that took. */
  readonly closed: Promise<{ answer: string; ms: number }>;
}

/** Sends `head` at once and then a byte at a time, for as long as the server listens. */
function trickle(head: string, rest: string): Slow {
  const { hostname, port } = new URL(product.stack.address);
  const from = performance.now();
  const closed = new Promise<{ answer: string; ms: number }>((resolve) => {
    let answer = '';
    let at = 0;
    const socket = connect(Number(port), hostname, () => socket.write(head));
    const timer = setInterval(() => socket.write(rest.charAt((at += 1) % rest.length)), TRICKLE_MS);
    socket.on('data', (data) => (answer += data.toString()));
    // Writing to a connection that was just cut off.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearInterval(timer);
      resolve({ answer, ms: performance.now() - from });
    });
  });
  return { closed };
}

const requestLine = 'POST /api/v1/auth/mfa/verify HTTP/1.1\r\nHost: x\r\n';
const json = 'Content-Type: application/json\r\n';

it('are cut off after the time that is set, and meanwhile everybody else is served', async () => {
  const who = await product.actors.person();
  const challenge = await product.actors.check(who);
  const attack = await attackOn(product, who, challenge);
  const { mfaSessionId } = challenge.body;
  const body = JSON.stringify({ mfaSessionId, method: 'totp', code: totpCode(who.totpSecret) });
  const slow = Array.from({ length: 20 }, () => [
    trickle(`${requestLine}${json}Content-Length: 60000\r\n\r\n${body.slice(0, -1)}`, ' '),
    trickle(`${requestLine}${json}Transfer-Encoding: chunked\r\n\r\n`, '1\r\n{\r\n1\r\n \r\n'),
    trickle(requestLine, 'x-padding: 1\r\n'),
    trickle('POST ', '/'),
  ]).flat();
  const served = await product.actors.verify(challenge, totpCode(who.totpSecret));
  expect(served.status).toBe(200);
  for (const { closed } of slow) {
    const { answer, ms } = await closed;
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(answer).not.toContain(' 200 ');
    // A second, and one more until the server looks.
    expect(ms).toBeLessThan(10_000);
  }
  await expectOneSuccess(product, attack, { by: 'totp', attempts: 1 });
});

it('that stop before their announced end change nothing', async () => {
  const who = await product.actors.person();
  const challenge = await product.actors.check(who);
  const { mfaSessionId } = challenge.body;
  const body = JSON.stringify({ mfaSessionId, method: 'totp', code: totpCode(who.totpSecret) });
  const head = `${requestLine}${json}Content-Length: ${body.length + 1}\r\n\r\n`;
  const { hostname, port } = new URL(product.stack.address);
  await new Promise<void>((resolve) => {
    const socket = connect(Number(port), hostname, () => socket.end(head + body));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve());
    socket.resume();
  });
  const attack = await attackOn(product, who, challenge);
  expect((await product.actors.verify(challenge, totpCode(who.totpSecret))).status).toBe(200);
  await expectOneSuccess(product, attack, { by: 'totp', attempts: 1 });
});
