import { parseAgent } from '../../network/user-agent';

const chrome = (version: string): string =>
  `Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version} Safari/537.36`;

test('a browser update is not another browser', () => {
  expect(parseAgent(chrome('126.0.6478.61'))).toEqual(parseAgent(chrome('131.0.0.0')));
});

test.each([
  [chrome('126.0.0.0'), 'Chrome', 'Windows'],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15',
    'Safari',
    'macOS',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
    'Safari',
    'iOS',
  ],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0', 'Firefox', 'Linux'],
  [
    'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile Safari/537.36',
    'Chrome',
    'Android',
  ],
])('%s is known by family', (agent, browserFamily, osFamily) => {
  expect(parseAgent(agent)).toEqual({ browserFamily, osFamily, isBot: false });
});

test.each([undefined, '', '   '])('no agent (%p) counts as a bot', (agent) => {
  expect(parseAgent(agent)).toEqual({ browserFamily: 'unknown', osFamily: 'unknown', isBot: true });
});

test.each([
  'curl/8.5.0',
  'python-requests/2.32.0',
  'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
])('%s is a bot', (agent) => {
  expect(parseAgent(agent).isBot).toBe(true);
});

test('an agent of any length and content gets an answer', () => {
  for (const agent of [
    'x'.repeat(1_000_000),
    `${chrome('126.0.0.0')}${'('.repeat(100_000)}`,
    '\u0000\ud800',
    '💥',
  ]) {
    expect(parseAgent(agent)).toMatchObject({ isBot: expect.any(Boolean) });
  }
});
