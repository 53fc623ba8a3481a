import { parseRiskEvent } from '../../evaluation/risk-event';

const GOOD = {
  id: 'e1',
  at: '2026-03-01T12:00:00.000Z',
  userId: 'u1',
  clientId: 'shop',
  ip: '81.2.69.142',
  userAgent: 'Mozilla/5.0',
  fingerprint: 'f1',
  outcome: 'ok',
  mfa: 'pass',
};
const parse = (change: object) => parseRiskEvent(JSON.stringify({ ...GOOD, ...change }));

describe('an event of a stream', () => {
  it('is read with the token held unless it says otherwise; what it does not name is ignored', () => {
    const at = Date.UTC(2026, 2, 1, 12);
    expect(parse({ extra: 1 })).toEqual({ ok: true, event: { ...GOOD, at, holdsDeviceToken: true } });
    expect(parse({ holdsDeviceToken: false })).toMatchObject({ event: { holdsDeviceToken: false } });
    expect(parse({ label: 'naive' })).toMatchObject({ event: { label: 'naive' } });
  });

  it('needs no result of MFA when the first factor failed', () => {
    expect(parse({ outcome: 'failed_first_factor', mfa: undefined })).toMatchObject({ ok: true });
    expect(parse({ mfa: undefined })).toMatchObject({ ok: false });
  });

  it('has one spelling of its address', () => {
    expect(parse({ ip: '::ffff:81.2.69.142' })).toMatchObject({ event: { ip: '81.2.69.142' } });
    expect(parse({ ip: '2001:DB8:0::1' })).toMatchObject({ event: { ip: '2001:db8::1' } });
  });

  it.each([
    ['id', ''],
    ['id', 7],
    ['at', 'yesterday'],
    ['at', 1_700_000_000],
    ['userId', null],
    ['clientId', ['shop']],
    ['ip', '81.2.69'],
    ['ip', 42],
    ['userAgent', null],
    ['userAgent', 'x'.repeat(5_000)],
    ['fingerprint', ''],
    ['fingerprint', 'x'.repeat(257)],
    ['outcome', 'maybe'],
    ['mfa', 'later'],
    ['holdsDeviceToken', 'yes'],
  ])('with a bad %s (%j) is refused by the name of the field, without its value', (field, value) => {
    const parsed = parse({ [field]: value });
    expect(parsed).toEqual({ ok: false, problem: expect.stringMatching(new RegExp(`^${field} must be `)) });
  });

  it.each(['', '[]', 'null', '"text"', '{"id":', '{} {}'])('%j is none', (line) => {
    expect(parseRiskEvent(line)).toEqual({ ok: false, problem: 'is no JSON object' });
  });
});
