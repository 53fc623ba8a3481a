/**
 * User agents as browsers write them, with the version of the day: browsers update every four weeks, each
 * device some days late. Numbers continue the real release trains; they are not looked up.
 */

export const PLATFORMS = ['windows', 'mac', 'linux', 'android', 'iphone', 'ipad'] as const;
export type Platform = (typeof PLATFORMS)[number];
export const BROWSERS = ['chrome', 'edge', 'firefox', 'safari', 'samsung'] as const;
export type Browser = (typeof BROWSERS)[number];

export interface Agent {
  readonly platform: Platform;
  readonly browser: Browser;
  /** Days behind the newest version. */
  readonly lagDays: number;
}

const DAYS_PER_RELEASE = 28;
/** Major versions at day 0. */
const FIRST_CHROME = 143;
const FIRST_FIREFOX = 146;
const FIRST_SAMSUNG = 29;
const FIRST_IOS_MINOR = 2;
const DAYS_PER_IOS_MINOR = 56;

const SYSTEMS: Readonly<Record<Platform, string>> = {
  windows: 'Windows NT 10.0; Win64; x64',
  mac: 'Macintosh; Intel Mac OS X 10_15_7',
  linux: 'X11; Linux x86_64',
  android: 'Linux; Android 10; K',
  iphone: 'iPhone; CPU iPhone OS 18_7 like Mac OS X',
  ipad: 'iPad; CPU OS 18_7 like Mac OS X',
};

/** What a program sends that does not pretend to be a browser. */
export const TOOL_AGENTS: readonly string[] = ['python-requests/2.32.5', 'curl/8.17.0', 'Go-http-client/2.0'];

/** Browsers by platform with their share in per cent (assumed, after public usage statistics). */
export const BROWSER_SHARES: Readonly<Record<Platform, readonly (readonly [Browser, number])[]>> = {
  windows: [
    ['chrome', 62],
    ['edge', 28],
    ['firefox', 10],
  ],
  mac: [
    ['chrome', 52],
    ['safari', 38],
    ['firefox', 10],
  ],
  linux: [
    ['chrome', 55],
    ['firefox', 45],
  ],
  android: [
    ['chrome', 84],
    ['samsung', 12],
    ['firefox', 4],
  ],
  iphone: [
    ['safari', 90],
    ['chrome', 10],
  ],
  ipad: [['safari', 100]],
};

/** The User-Agent header of a device on a day of the stream. */
export function userAgentOn({ platform, browser, lagDays }: Agent, day: number): string {
  const system = SYSTEMS[platform];
  const release = Math.floor((day - lagDays) / DAYS_PER_RELEASE);
  const isApple = platform === 'iphone' || platform === 'ipad';
  if (isApple) return appleMobileAgent({ system, browser, day: day - lagDays, release });
  const mobile = platform === 'android' ? ' Mobile' : '';
  const chrome = `Mozilla/5.0 (${system}) AppleWebKit/537.36 (KHTML, like Gecko)`;
  const major = FIRST_CHROME + release;
  switch (browser) {
    case 'chrome':
      return `${chrome} Chrome/${major}.0.0.0${mobile} Safari/537.36`;
    case 'edge':
      return `${chrome} Chrome/${major}.0.0.0${mobile} Safari/537.36 Edg/${major}.0.0.0`;
    case 'samsung':
      return `${chrome} SamsungBrowser/${FIRST_SAMSUNG + Math.floor(release / 3)}.0 Chrome/${major - 7}.0.0.0${mobile} Safari/537.36`;
    case 'firefox':
      return firefoxAgent(platform, FIRST_FIREFOX + release);
    case 'safari':
      return `Mozilla/5.0 (${system}) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/${safariVersion(day - lagDays)} Safari/605.1.15`;
  }
}

function firefoxAgent(platform: Platform, major: number): string {
  if (platform === 'android') {
    return `Mozilla/5.0 (Android 14; Mobile; rv:${major}.0) Gecko/${major}.0 Firefox/${major}.0`;
  }
  const system = platform === 'mac' ? 'Macintosh; Intel Mac OS X 10.15' : SYSTEMS[platform];
  return `Mozilla/5.0 (${system}; rv:${major}.0) Gecko/20100101 Firefox/${major}.0`;
}

function appleMobileAgent(phone: { system: string; browser: Browser; day: number; release: number }): string {
  const start = `Mozilla/5.0 (${phone.system}) AppleWebKit/605.1.15 (KHTML, like Gecko)`;
  return phone.browser === 'chrome'
    ? `${start} CriOS/${FIRST_CHROME + phone.release}.0.7499.151 Mobile/15E148 Safari/604.1`
    : `${start} Version/${safariVersion(phone.day)} Mobile/15E148 Safari/604.1`;
}

function safariVersion(day: number): string {
  return `26.${FIRST_IOS_MINOR + Math.max(-1, Math.floor(day / DAYS_PER_IOS_MINOR))}`;
}
