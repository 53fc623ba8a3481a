import { parseAgent } from '../../network/user-agent';
import { BROWSER_SHARES, PLATFORMS, TOOL_AGENTS, userAgentOn } from '../../simulation/user-agents';

const FAMILIES = {
  chrome: 'Chrome',
  edge: 'Microsoft Edge',
  firefox: 'Firefox',
  safari: 'Safari',
  samsung: 'Samsung Internet for Android',
} as const;
const agents = PLATFORMS.flatMap((platform) =>
  BROWSER_SHARES[platform].map(([browser]) => ({ platform, browser, lagDays: 3 })),
);

test.each(agents)('$browser on $platform is recognised, on the first day as on the last', (agent) => {
  const [first, last] = [0, 180].map((day) => parseAgent(userAgentOn(agent, day)));
  expect(first).toMatchObject({ browserFamily: FAMILIES[agent.browser], isBot: false });
  expect(last).toEqual(first);
});

test('a browser update changes the user agent', () => {
  const [agent = { platform: 'windows', browser: 'chrome', lagDays: 0 } as const] = agents;
  expect(userAgentOn(agent, 100)).not.toBe(userAgentOn(agent, 0));
});

test.each(TOOL_AGENTS)('%s is a program', (agent) => {
  expect(parseAgent(agent).isBot).toBe(true);
});
