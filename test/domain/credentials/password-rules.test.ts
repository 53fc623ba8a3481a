/** The rules for new passwords (NIST SP 800-63B-4, section 3.1.1.2), with the list that is packaged. */
import fc from 'fast-check';
import {
  checkNewPassword,
  MAX_PASSWORD_LENGTH,
  normalizePassword,
  type PasswordContext,
} from '../../../domain/credentials/password-rules';
import { isCommonPassword } from '../../../runtime/common-passwords';

const CONTEXT: PasswordContext = {
  minLength: 8,
  login: 'anna.berg',
  email: 'a.lindqvist@example.org',
  serviceNames: ['zewstid'],
  isCommon: isCommonPassword,
};

function problemOf(password: string, context: Partial<PasswordContext> = {}): string | undefined {
  const verdict = checkNewPassword(password, { ...CONTEXT, ...context });
  return verdict.ok ? undefined : verdict.problem;
}

describe('a new password', () => {
  it.each([
    'correct horse battery staple',
    'demo-password',
    'admin-password',
    'xK7#pQ2v',
    'kaffe på trappan',
    'пароль для чтения',
    '四つの言葉を選ぶ',
    '😀🐎🔋📎🌲🌊🏔️🎻',
    'zewstid is where I sign in',
    'the anna.berg of last year',
    'dragon riders of the north 2024',
    'mississippi steamboat',
    'abc murders by the river',
    '       spaces count too       ',
    'Tr0ub4dor&3',
    '~`!@#$%^&*()_+-={}[]|:;"<>,.?/',
  ])('may be %j', (password) => {
    expect(problemOf(password)).toBeUndefined();
  });

  it.each([
    ['', 'too_short'],
    ['xK7#pQ2', 'too_short'],
    ['🐎'.repeat(3) + '🔋📎🌲', 'too_short'],
    ['xK7#pQ2v\n', 'unprintable'],
    ['xK7#\u0000pQ2v', 'unprintable'],
    ['xK7#\ud800pQ2v', 'unprintable'],
    ['xK7#\u0378pQ2v', 'unprintable'],
    ['anna.berg', 'login'],
    ['Anna.Berg', 'login'],
    ['annaberg', 'login'],
    ['ANNA-BERG-2024', 'login'],
    ['annaberg!!', 'login'],
    ['a.lindqvist@example.org', 'email'],
    ['a.lindqvist', 'email'],
    ['ALindqvist99', 'email'],
    ['zewstid1', 'service_name'],
    ['ZewstID-2024', 'service_name'],
    ['zzzzzzzz', 'repeated'],
    ['zZzZzZzZz', 'repeated'],
    ['        ', 'repeated'],
    ['qk3fqk3fqk3', 'repeated'],
    ['ñññññññññ', 'repeated'],
    ['12345678', 'sequence'],
    ['9876543210', 'sequence'],
    ['890123456', 'sequence'],
    ['abcdefghijkl', 'sequence'],
    ['AbCdEfGh', 'sequence'],
    ['abcd4321', 'sequence'],
    ['aaabbbccc', 'sequence'],
    ['password', 'common'],
    ['PassWord', 'common'],
    [' password ', 'common'],
    ['ｐａｓｓｗｏｒｄ', 'common'],
    ['password1!', 'common'],
    ['Dragon2024', 'common'],
    ['sunshine 99', 'common'],
    ['qwertyuiop', 'common'],
    ['1qaz2wsx', 'common'],
  ])('may not be %j: %s', (password, problem) => {
    expect(problemOf(password)).toBe(problem);
  });

  it('is as long as it has code points, up to 256', () => {
    const words = 'horse battery staple, '.repeat(20);
    expect(problemOf(words.slice(0, MAX_PASSWORD_LENGTH))).toBeUndefined();
    expect(problemOf(words.slice(0, MAX_PASSWORD_LENGTH + 1))).toBe('too_long');
    const emoji = '🐎🔋📎🌲🌊🎻🍏'.repeat(36);
    expect(problemOf(`${emoji}four`)).toBeUndefined();
    expect(problemOf(`${emoji}fives`)).toBe('too_long');
  });

  it('is counted after normalisation: a letter and its accent are one character', () => {
    expect(problemOf('éàüõîçñ'.normalize('NFD'))).toBe('too_short');
    expect(problemOf('éàüõîçñå'.normalize('NFD'))).toBeUndefined();
  });

  it('must be longer where the service says so', () => {
    expect(problemOf('xK7#pQ2vxK7#pQ', { minLength: 15 })).toBe('too_short');
    expect(problemOf('xK7#pQ2vxK7#pQa', { minLength: 15 })).toBeUndefined();
  });

  it('of a user without an e-mail address has no rule about it', () => {
    expect(problemOf('a.lindqvist', { email: undefined })).toBeUndefined();
  });

  it('is not compared with an empty login, or one made of separators', () => {
    for (const login of ['', '-', '@', '+49']) expect(problemOf('xK7#pQ2v', { login })).toBeUndefined();
  });
});

const char = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 });
const word = fc.constantFrom(
  'river',
  'copper',
  'lantern',
  'tuesday',
  'walnut',
  'glacier',
  'violin',
  'saddle',
);
/** Grapheme strings hold assigned characters only in part; these are what people can type. */
const typed = fc
  .array(char, { minLength: 0, maxLength: 40 })
  .map((chars) => chars.join(''))
  .filter((text) => !/[\p{Cc}\p{Cs}\p{Cn}\p{Zl}\p{Zp}]/u.test(text));

describe('for any text', () => {
  it('the rules answer', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), fc.string(), (password, login, email) => {
        expect(() => problemOf(password, { login, email })).not.toThrow();
      }),
    );
  });

  it('the verdict is the same for every way to compose the characters', () => {
    fc.assert(
      fc.property(typed, (password) => {
        const forms = [password, password.normalize('NFC'), password.normalize('NFD')];
        expect(new Set(forms.map((form) => problemOf(form))).size).toBe(1);
        expect(new Set(forms.map(normalizePassword)).size).toBe(1);
      }),
    );
  });

  it('nothing below the minimum is accepted', () => {
    fc.assert(
      fc.property(typed, (password) => {
        fc.pre([...password.normalize('NFC')].length < 8);
        expect(problemOf(password)).toBe('too_short');
      }),
    );
  });

  it('four words are accepted, whatever stands between them', () => {
    const words = fc.uniqueArray(word, { minLength: 4, maxLength: 6 });
    fc.assert(
      fc.property(words, fc.constantFrom(' ', '-', '.', '', '_', ', '), (chosen, between) => {
        expect(problemOf(chosen.join(between))).toBeUndefined();
      }),
    );
  });

  it('a generated password is accepted', () => {
    const base64 = fc.uint8Array({ minLength: 12, maxLength: 24 });
    fc.assert(
      fc.property(base64, (bytes) => {
        fc.pre(new Set(bytes).size >= 10);
        expect(problemOf(Buffer.from(bytes).toString('base64url'))).toBeUndefined();
      }),
    );
  });

  it('a unit of up to four characters over and over is never accepted', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 4 }), (unit) => {
        expect(problemOf(unit.repeat(12))).toBeDefined();
      }),
    );
  });

  it('a listed password is never accepted, in any case of letters, with up to four digits or marks after it', () => {
    const listed = fc.constantFrom('password', 'sunshine', 'iloveyou', 'football', 'trustno1', 'princess');
    const tail = fc.string({ unit: fc.constantFrom(...'0123456789!?.#-_ '), maxLength: 4 });
    fc.assert(
      fc.property(listed, fc.infiniteStream(fc.boolean()), tail, (common, upper, end) => {
        const cased = [...common].map((letter) => (upper.next().value ? letter.toUpperCase() : letter));
        expect(problemOf(cased.join('') + end)).toBeDefined();
      }),
    );
  });
});
