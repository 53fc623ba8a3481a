/** `risk:evaluate` and the product judge the same stream alike: one set of rules, two ways to it. */
import { DEFAULT_POLICY_SETTINGS, type PolicySettings } from '../../domain/policy/policy';
import { createEvaluation } from '../../evaluation/evaluate';
import type { RiskEvent } from '../../evaluation/risk-event';
import { verdictOf } from '../../evaluation/verdict';
import { LONDON, NEW_YORK, TOKYO } from '../support/fake-network';
import { totpCode } from '../support/totp';
import { FIREFOX, type Person } from './support/actors';
import { useProduct } from './support/product';

const product = useProduct();
const ADDRESSES = ['10.50.0.1', '10.50.0.2', '10.50.9.9', '10.60.0.1', '10.70.0.1'] as const;
const AGENTS = [
  FIREFOX,
  'curl/8.0',
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15',
];

beforeAll(() => {
  const { network } = product.stack;
  network.set('10.60.0.1', { ...NEW_YORK, classes: ['hosting'] });
  network.set('10.70.0.1', TOKYO);
});

interface Step {
  readonly person: 0 | 1;
  readonly ip: number;
  readonly agent: number;
  readonly browser: string;
  readonly fails?: number;
  readonly mfa?: RiskEvent['mfa'];
}

/** Newcomers, known and new devices and addresses, failures, an abandoned and a failed challenge, a program. */
const STEPS: readonly Step[] = [
  { person: 0, ip: 0, agent: 0, browser: 'a' },
  { person: 0, ip: 0, agent: 0, browser: 'a' },
  { person: 0, ip: 1, agent: 0, browser: 'a' },
  { person: 1, ip: 0, agent: 2, browser: 'a', mfa: 'abandon' },
  { person: 1, ip: 0, agent: 2, browser: 'a' },
  { person: 0, ip: 2, agent: 0, browser: 'b', mfa: 'fail' },
  { person: 0, ip: 2, agent: 0, browser: 'b' },
  { person: 0, ip: 2, agent: 0, browser: 'b', fails: 3 },
  { person: 0, ip: 0, agent: 1, browser: 'c', fails: 5, mfa: 'abandon' },
  { person: 1, ip: 3, agent: 2, browser: 'a', mfa: 'abandon' },
  { person: 1, ip: 3, agent: 2, browser: 'a' },
  { person: 1, ip: 4, agent: 2, browser: 'd', mfa: 'fail' },
  { person: 1, ip: 0, agent: 2, browser: 'a' },
  { person: 0, ip: 0, agent: 0, browser: 'a' },
  { person: 0, ip: 4, agent: 0, browser: 'a' },
  { person: 0, ip: 0, agent: 0, browser: 'a' },
];

async function live(settings: Partial<PolicySettings>, people: readonly Person[]) {
  const { actors, stack } = product;
  const at = await actors.application({ settings });
  const tokens = new Map<string, string>();
  const verdicts: object[] = [];
  for (const step of STEPS) {
    const who = people[step.person];
    if (!who) throw new Error('nobody');
    const browser = `${who.userId}/${step.browser}`;
    const deviceToken = tokens.get(browser);
    const seen = {
      ip: ADDRESSES[step.ip],
      userAgent: AGENTS[step.agent],
      fingerprint: step.browser,
      deviceToken,
    };
    await actors.fail({ ...who, fingerprint: step.browser }, step.fails ?? 0, seen);
    const answer = await actors.check(who, seen, { at });
    const { outcome, riskScore, signals } = await actors.decisionOf(answer);
    verdicts.push({ outcome, riskScore, signals: plain(signals) });
    if (outcome !== 'challenge' || step.mfa === 'abandon') continue;
    await stack.database.pool.query('delete from mfa_guards where user_id = $1', [who.userId]);
    await actors.forgetSpentCodes(who);
    const code = step.mfa === 'fail' ? '000000' : totpCode(who.totpSecret);
    const verified = await actors.verify(answer, code);
    const token: string | undefined = verified.body['deviceToken'];
    if (token !== undefined) tokens.set(browser, token);
  }
  return verdicts;
}

function offline(settings: Partial<PolicySettings>) {
  const lookUp = (ip: string) => product.stack.network.lookUp(ip);
  const { take } = createEvaluation({ settings: { ...DEFAULT_POLICY_SETTINGS, ...settings }, lookUp });
  let at = Date.now();
  return STEPS.flatMap((step, index): object[] => {
    const event: RiskEvent = {
      id: String(index),
      at: (at += 500),
      userId: `u${step.person}`,
      clientId: 'shop',
      ip: ADDRESSES[step.ip] ?? '',
      userAgent: AGENTS[step.agent] ?? '',
      fingerprint: step.browser,
      outcome: 'ok',
      mfa: step.mfa ?? 'pass',
      holdsDeviceToken: true,
    };
    for (let n = 0; n < (step.fails ?? 0); n += 1) take({ ...event, outcome: 'failed_first_factor' });
    const judged = take(event);
    if (judged === 'recorded') return [];
    const { score, decision, signals } = verdictOf(event.id, judged);
    return [{ outcome: decision, riskScore: score, signals: plain(signals) }];
  });
}

const plain = (signals: readonly { code: string; points: number }[]) =>
  signals.map(({ code, points }) => ({ code, points }));

describe('the offline command and the product', () => {
  it.each([
    ['by default', {}],
    ['with adaptive addresses and weights', { ipMatch: 'adaptive', weights: { new_device: 45, hosting: 0 } }],
    ['with other thresholds and the mode asn', { ipMatch: 'asn', mfaThreshold: 20, blockThreshold: 60 }],
  ] as const)('give the same scores, signals and outcomes %s', async (_, settings) => {
    expect(LONDON.country).toBe('GB');
    const people = [await product.actors.person(), await product.actors.person()];
    await product.stack.database.pool.query('delete from sign_in_failures');
    expect(await live(settings, people)).toEqual(offline(settings));
  });
});
