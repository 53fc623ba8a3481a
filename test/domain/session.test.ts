/** The states of an MFA session: it starts pending, ends once, and never moves again. */
import {
  hasAnyMethod,
  METHODS,
  MFA_SESSION_SECONDS,
  MFA_SESSION_STATES,
  TRANSITIONS,
  TRUST_SECONDS,
} from '../../domain/session';

const NONE = { totp: false, push: false, backupCode: false, passkey: false };

describe('an MFA session', () => {
  it('goes from pending to every end, and from an end nowhere', () => {
    const ends = MFA_SESSION_STATES.filter((state) => state !== 'pending');
    expect(new Set(TRANSITIONS.pending)).toEqual(new Set(ends));
    for (const end of ends) expect(TRANSITIONS[end]).toEqual([]);
  });

  it('lives 300 seconds, and makes a device trusted for 30 days', () => {
    expect(MFA_SESSION_SECONDS).toBe(300);
    expect(TRUST_SECONDS).toBe(30 * 24 * 60 * 60);
  });
});

describe('enrolled methods', () => {
  it('are any as soon as one is there', () => {
    expect(hasAnyMethod(NONE)).toBe(false);
    for (const method of METHODS) expect(hasAnyMethod({ ...NONE, [method]: true })).toBe(true);
  });
});
