/** The rules for passwords where users are created: refused with the reason, stored in their normal form. */
import type { HttpAnswer } from '../support/http-client';
import { startStack } from '../support/stack';
import { randomIp, randomName, type Person } from './support/actors';
import { passwordSignIn } from './support/directory';
import { useProduct } from './support/product';

const product = useProduct();

const create = (body: object): Promise<HttpAnswer> =>
  product.stack.call('POST', '/api/v1/users', { as: 'operator', body: { login: randomName(), ...body } });

async function personWith(password: string): Promise<Person> {
  const login = randomName();
  const created = await create({ login, password });
  expect(created.status).toBe(201);
  return {
    userId: created.body['id'],
    login,
    totpSecret: '',
    fingerprint: randomName(),
    ip: randomIp(),
  };
}

describe('a user created with a password', () => {
  it.each([
    ['too_short', { password: 'shrt7' }],
    ['too_short', { password: '' }],
    ['common', { password: 'ILoveYou' }],
    ['common', { password: 'sunshine1!' }],
    ['login', { login: 'rosalind.frank', password: 'RosalindFrank1' }],
    ['email', { email: 'franklin.r@example.org', password: 'franklin.r' }],
    ['service_name', { password: 'zewstid2026' }],
    ['repeated', { password: 'abababababab' }],
    ['sequence', { password: '9876543210' }],
    ['unprintable', { password: 'tab\tis no character' }],
    // Each of these is two characters in NFC.
    ['too_long', { password: '\u0958'.repeat(200) }],
  ])('is refused by the rule %s, with its reason and without the password', async (rule, body) => {
    const refused = await create(body);
    expect(refused.status).toBe(400);
    expect(refused.body).toMatchObject({ code: 'password_refused', rule });
    expect(refused.body['detail']).toMatch(/^The password/);
    expect(refused.body['detail'].length).toBeGreaterThan(40);
    if (body.password.length > 0) expect(refused.text).not.toContain(body.password);
  });

  it('longer than 256 characters is told that it is not the documented form', async () => {
    expect((await create({ password: 'long words '.repeat(24) })).body['code']).toBe('invalid_request');
  });

  it('keeps her login when it was refused: nothing is stored', async () => {
    const login = randomName();
    expect((await create({ login, password: 'password' })).status).toBe(400);
    expect((await create({ login, password: 'five words nobody guesses' })).status).toBe(201);
  });

  it('signs in by the same characters, however they are composed, and by the whole password only', async () => {
    const password = 'crème brûlée à la façon de Noël';
    const who = await personWith(password.normalize('NFD'));
    for (const form of ['NFC', 'NFD'] as const) {
      expect((await passwordSignIn(product, who, { password: password.normalize(form) })).status).toBe(200);
    }
    for (const wrong of [password.slice(0, -1), `${password} `, password.toUpperCase()]) {
      expect((await passwordSignIn(product, who, { password: wrong })).body['code']).toBe('sign_in_failed');
    }
  });

  it('may use 256 characters, and each of them counts', async () => {
    const password = Array.from({ length: 64 }, (_, n) => `${String(n).padStart(2, '0')}é `).join('');
    const who = await personWith(password);
    expect((await passwordSignIn(product, who, { password })).status).toBe(200);
    const other = `${password.slice(0, -1)}x`;
    expect((await passwordSignIn(product, who, { password: other })).status).toBe(401);
  });

  it('is never refused by the rules when signing in: an old password stays good', async () => {
    // The argon2id hash of "password", as another directory stored it.
    const passwordHash =
      '$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$K13EBUiG7JV+9ZxztmHFTdb7J0WQsnj2V8bZaqyPptE';
    const login = randomName();
    expect((await create({ login, passwordHash })).status).toBe(201);
    const who = { userId: '', login, totpSecret: '', fingerprint: randomName(), ip: randomIp() };
    expect((await passwordSignIn(product, who, { password: 'password' })).status).toBe(200);
  });
});

describe('an import', () => {
  it('reports a refused password on its own line and keeps the other rows', async () => {
    const rows = ['five words nobody guesses', 'password', 'short', undefined, 'zewstid1'];
    const lines = rows.map((password) => JSON.stringify({ login: randomName(), password }));
    const answer = await product.stack.call('POST', '/api/v1/users/import', {
      as: 'operator',
      raw: lines.join('\n'),
      contentType: 'application/x-ndjson',
    });
    const results = answer.text
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as { userId?: string; error?: { code: string; detail: string } });
    expect(results.map(({ error }) => error?.code)).toEqual([
      undefined,
      'password_refused',
      'password_refused',
      undefined,
      'password_refused',
    ]);
    expect(results[1]?.error?.detail).toMatch(/guessed first/);
    expect(results[2]?.error?.detail).toMatch(/at least 8 characters/);
    expect(results.filter(({ userId }) => userId !== undefined)).toHaveLength(2);
  });
});

describe('PASSWORD_MIN_LENGTH', () => {
  it('sets the minimum, and the words of the refusal', async () => {
    const stack = await startStack({ beside: product.stack, env: { PASSWORD_MIN_LENGTH: '15' } });
    try {
      const answers = await Promise.all(
        ['fourteen chars', 'fifteen charact'].map((password) =>
          stack.call('POST', '/api/v1/users', { as: 'operator', body: { login: randomName(), password } }),
        ),
      );
      expect(answers.map(({ status }) => status)).toEqual([400, 201]);
      expect(answers[0]?.body['detail']).toMatch(/at least 15 characters/);
    } finally {
      await stack.stop();
    }
  });

  it.each(['7', '65', 'long'])('of %s stops the process', async (PASSWORD_MIN_LENGTH) => {
    await expect(startStack({ beside: product.stack, env: { PASSWORD_MIN_LENGTH } })).rejects.toThrow(
      /PASSWORD_MIN_LENGTH/,
    );
  });
});
