/** The delay ladder of an account: five free tries, then 30 s doubling to an hour; 100 failures in all. */
import { delaySeconds, FREE_FAILURES, LANE_CAPS, MAX_SESSION_ATTEMPTS } from '../../domain/lockout';

describe('the delay after a number of failures in a row', () => {
  it.each([
    [0, 0],
    [1, 0],
    [4, 0],
    [5, 30],
    [6, 60],
    [7, 120],
    [8, 240],
    [9, 480],
    [10, 960],
    [11, 1_920],
    [12, 3_600],
    [13, 3_600],
    [90, 3_600],
    [1_000_000, 3_600],
    [Infinity, 3_600],
  ])('%d is %i seconds', (failures, seconds) => {
    expect(delaySeconds(failures)).toBe(seconds);
  });

  it.each([-1, NaN, -Infinity])('%d is none', (failures) => {
    expect(delaySeconds(failures)).toBe(0);
  });

  it('never falls', () => {
    for (let n = 1; n <= 100; n += 1) expect(delaySeconds(n)).toBeGreaterThanOrEqual(delaySeconds(n - 1));
  });
});

describe('the caps', () => {
  it('are 100 failures in a row in all (NIST SP 800-63B), ten of them for trusted devices', () => {
    expect(LANE_CAPS).toEqual({ untrusted: 90, trusted: 10 });
    expect(LANE_CAPS.untrusted + LANE_CAPS.trusted).toBe(100);
  });

  it('let a session die no later than delays begin', () => {
    expect(MAX_SESSION_ATTEMPTS).toBe(5);
    expect(FREE_FAILURES).toBe(5);
  });
});
