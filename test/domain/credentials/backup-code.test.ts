import fc from 'fast-check';
import {
  BACKUP_CODE_BYTES,
  formatBackupCode,
  isWorthTelling,
  parseBackupCode,
} from '../../../domain/credentials/backup-code';

const ANY_CODE = fc.tuple(
  fc.integer({ min: 0, max: 9 }),
  fc.uint8Array({ minLength: BACKUP_CODE_BYTES, maxLength: BACKUP_CODE_BYTES }),
);

describe('a backup code', () => {
  it('is written in groups, with its number first', () => {
    expect(formatBackupCode(3, new Uint8Array(10))).toBe('3-0000-0000-0000-0000');
    expect(formatBackupCode(9, new Uint8Array(10).fill(255))).toBe('9-ZZZZ-ZZZZ-ZZZZ-ZZZZ');
  });

  it('keeps every random bit: different bytes are different codes', () => {
    fc.assert(
      fc.property(ANY_CODE, ANY_CODE, ([n, some], [m, others]) => {
        const same = n === m && Buffer.from(some).equals(Buffer.from(others));
        expect(formatBackupCode(n, some) === formatBackupCode(m, others)).toBe(same);
      }),
    );
  });

  it('is read as it was written, however spaces, dashes and case come out', () => {
    const separated = fc.tuple(ANY_CODE, fc.infiniteStream(fc.constantFrom('', ' ', '-', ' - ')));
    fc.assert(
      fc.property(separated, fc.boolean(), ([[digit, random], gaps], lower) => {
        const code = formatBackupCode(digit, random);
        const letters = code.replaceAll('-', '');
        const typed = [...(lower ? letters.toLowerCase() : letters)]
          .map((letter) => letter + String(gaps.next().value))
          .join('');
        expect(parseBackupCode(typed)).toEqual({ digit: String(digit), canonical: letters });
      }),
    );
  });

  it('is not read from anything else, and nothing makes the reader throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const parsed = parseBackupCode(text);
        expect(parsed === undefined || /^[0-9][0-9A-HJKMNP-TV-Z]{16}$/.test(parsed.canonical)).toBe(true);
      }),
    );
    expect(parseBackupCode('3-U000-0000-0000-0000')).toBeUndefined();
    expect(parseBackupCode('A-0000-0000-0000-0000')).toBeUndefined();
  });

  it('is not made from fewer random bytes than it has', () => {
    expect(() => formatBackupCode(0, new Uint8Array(9))).toThrow(RangeError);
  });

  it('that leaves three or none is told to its owner, once each', () => {
    expect([9, 8, 7, 6, 5, 4, 3, 2, 1, 0].filter(isWorthTelling)).toEqual([3, 0]);
  });
});
