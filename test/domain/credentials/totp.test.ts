/** RFC 6238: its own test vectors (SHA-1), drift, replay, and the seeds that may be imported. */
import {
  canonicalSeed,
  candidateCodes,
  codeAt,
  newTotpSeed,
  otpauthUri,
} from '../../../domain/credentials/totp';

/** "12345678901234567890" of RFC 6238, appendix B, in Base32. */
const RFC_SEED = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

describe('the code of a time', () => {
  it.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ])('%i s after the epoch is %s (RFC 6238, appendix B, last six digits)', (seconds, code) => {
    expect(codeAt(RFC_SEED, Math.floor(seconds / 30))).toBe(code);
  });
});

describe('the codes valid at a time', () => {
  const now = 1_111_111_111_000;
  const step = Math.floor(now / 30_000);

  it('are those of this step and of one to either side, newest first', () => {
    expect(candidateCodes(RFC_SEED, now, -1)).toEqual([
      { step: step + 1, code: codeAt(RFC_SEED, step + 1) },
      { step, code: '050471' },
      { step: step - 1, code: '081804' },
    ]);
  });

  it.each([
    [-2, 3],
    [-1, 2],
    [0, 1],
    [1, 0],
    [5, 0],
  ])('after an accepted step %i from now are %i', (offset, count) => {
    expect(candidateCodes(RFC_SEED, now, step + offset)).toHaveLength(count);
  });

  it('change exactly at the boundary of a step', () => {
    const boundary = (step + 1) * 30_000;
    expect(candidateCodes(RFC_SEED, boundary - 1, -1)[1]?.step).toBe(step);
    expect(candidateCodes(RFC_SEED, boundary, -1)[1]?.step).toBe(step + 1);
  });
});

describe('a seed', () => {
  it('is made of 160 random bits', () => {
    const seeds = Array.from({ length: 50 }, newTotpSeed);
    expect(new Set(seeds).size).toBe(50);
    for (const seed of seeds) expect(seed).toMatch(/^[A-Z2-7]{32}$/);
  });

  it.each([
    [RFC_SEED, RFC_SEED],
    [RFC_SEED.toLowerCase(), RFC_SEED],
    ['gezd gnbv gy3t qojq gezd gnbv gy3t qojq', RFC_SEED],
    ['GEZD-GNBV-GY3T-QOJQ', 'GEZDGNBVGY3TQOJQ'],
    ['GEZDGNBVGY3TQOJQGE======', 'GEZDGNBVGY3TQOJQGE'],
    ['\tGEZDGNBVGY3TQOJQ\n', 'GEZDGNBVGY3TQOJQ'],
    ['A'.repeat(103), 'A'.repeat(103)],
  ])('%j has the canonical form %s', (text, canonical) => {
    expect(canonicalSeed(text)).toBe(canonical);
  });

  it.each([
    '',
    '=',
    'GEZDGNBVGY3TQOJ',
    'GEZDGNBVGY3TQOJQG',
    'GEZDGNBVGY3TQOJQGEZ',
    'GEZDGNBVGY3TQOJQGEZDGN',
    'GEZDGNBVGY3TQOJ0',
    'GEZDGNBVGY3TQOJ1',
    'GEZDGNBVGY3TQOJÄ',
    'GEZD=GNBVGY3TQOJQ',
    'A'.repeat(104),
  ])('%j is none', (text) => {
    expect(canonicalSeed(text)).toBeUndefined();
  });

  it('of 10 and of 64 bytes makes codes', () => {
    for (const seed of ['GEZDGNBVGY3TQOJQ', 'A'.repeat(103)]) expect(codeAt(seed, 1)).toMatch(/^[0-9]{6}$/);
  });
});

describe('the otpauth URI', () => {
  it('names issuer, account and seed, whatever the account is called', () => {
    const account = 'ann+test@example.org/ä&?#';
    const uri = new URL(otpauthUri({ issuer: 'ZewstID', account, seed: RFC_SEED }));
    expect(uri.protocol).toBe('otpauth:');
    expect(uri.host).toBe('totp');
    expect(decodeURIComponent(uri.pathname)).toBe(`/ZewstID:${account}`);
    expect(uri.searchParams.get('secret')).toBe(RFC_SEED);
    expect(uri.searchParams.get('issuer')).toBe('ZewstID');
  });
});
