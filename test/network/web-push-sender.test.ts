/** Where web pushes may go: never to an address of our own network, whatever name or spelling stands for it. */
import { isPushEndpoint } from '../../network/push-endpoint';
import { createWebPushSender, deliveryOf, publicLookup } from '../../network/web-push-sender';

const lookUp = (hostname: string, all: boolean) =>
  new Promise<{ code: string | undefined; found: unknown }>((resolve) =>
    publicLookup(hostname, { all }, (error, found) => resolve({ code: error?.code, found })),
  );

describe('the address of a push service', () => {
  it.each([
    'https://fcm.googleapis.com/fcm/send/abc',
    'https://updates.push.services.mozilla.com/wpush/v2/abc',
    'https://web.push.apple.com:443/abc',
    'https://8.8.8.8/abc',
  ])('%s is taken', (endpoint) => {
    expect(isPushEndpoint(endpoint)).toBe(true);
  });

  it.each([
    'https://0.0.0.0/',
    'https://127.1/',
    'https://0x7f000001/',
    'https://017700000001/',
    'https://[::ffff:127.0.0.1]/',
    'https://[fd00::1]/',
    'https://[fe80::1]/',
    'https://100.64.0.1/',
    'https://192.168.0.1/',
    'https://postgres/',
    'https://web.push.apple.com:22/',
    'ftp://web.push.apple.com/',
  ])('%s is refused', (endpoint) => {
    expect(isPushEndpoint(endpoint)).toBe(false);
  });

  it('that resolves to our own machine is not connected to', async () => {
    expect(await lookUp('localhost', true)).toEqual({ code: 'ENOTPUBLIC', found: [] });
    expect(await lookUp('localhost', false)).toEqual({ code: 'ENOTPUBLIC', found: [] });
    expect(await lookUp('127.0.0.1', true)).toEqual({ code: 'ENOTPUBLIC', found: [] });
  });

  it('is looked at once more when the message is sent', async () => {
    const message = {
      payload: '{}',
      topic: 'chl_1',
      ttlSeconds: 60,
      vapid: { subject: 'mailto:a@example.invalid', publicKey: '', privateKey: '' },
    };
    const keys = { p256dh: '', auth: '' };
    const send = (endpoint: string) =>
      createWebPushSender().send({ ...message, subscription: { endpoint, keys } });
    expect(await send('https://127.0.0.1/x')).toBe('refused');
    expect(await send('http://push.example.com/x')).toBe('refused');
  });
});

describe('the answer of a push service', () => {
  it.each([
    [201, 'sent'],
    [404, 'gone'],
    [410, 'gone'],
    [429, 'failed'],
    [500, 'failed'],
    [503, 'failed'],
    [301, 'refused'],
    [400, 'refused'],
    [403, 'refused'],
    [413, 'refused'],
  ] as const)('%i means %s', (status, delivery) => {
    expect(deliveryOf(status)).toBe(delivery);
  });
});
