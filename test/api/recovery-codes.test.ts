/** The code of a recovery: few tries, one case, a clock; nothing about it tells whether the account exists. */
import { passwordSignIn } from './support/directory';
import { until } from './support/patience';
import { useProduct } from './support/product';
import { createRecoveryActs, NEW_PASSWORD, recoverablePerson } from './support/recovery';

const product = useProduct({ env: { LOGIN_ATTEMPTS_PER_MINUTE: '100000' } });
const { sql, post, ask, codesOf, caseOf, stateOf, confirmed } = createRecoveryActs(product);

const reset = (id: string) => post(`/${id}/reset`, { newPassword: NEW_PASSWORD });

describe('the code', () => {
  it('is wrong five times at most, then right is too late', async () => {
    const who = await recoverablePerson(product);
    const asked = await ask(who.login);
    const path = `/${asked.body['recoveryId']}/confirm`;
    const [code = ''] = await codesOf(who);
    const wrong = code === '00000000' ? '00000001' : '00000000';
    for (let n = 0; n < 5; n += 1) expect((await post(path, { code: wrong })).status).toBe(401);
    expect((await post(path, { code })).status).toBe(401);
    expect(await stateOf(asked, 'dead')).toBe('dead');
  });

  it('guessed by twenty at once is looked at five times', async () => {
    const who = await recoverablePerson(product);
    const asked = await ask(who.login);
    const [code = ''] = await codesOf(who);
    const guesses = Array.from({ length: 21 }, (_, n) => String(n).padStart(8, '0')).filter(
      (guess) => guess !== code,
    );
    const path = `/${asked.body['recoveryId']}/confirm`;
    const answers = await Promise.all(guesses.map((guess) => post(path, { code: guess })));
    expect(answers.every(({ status }) => status === 401 || status === 503)).toBe(true);
    await until(
      () => post(path, { code }),
      ({ status }) => status === 401,
    );
    const { rows } = await sql<{ attempts: number }>(
      `select attempts from recovery_cases where user_id = $1`,
      who.userId,
    );
    expect(rows).toEqual([{ attempts: 5 }]);
  });

  it('of one recovery is worth nothing in another', async () => {
    const who = await recoverablePerson(product);
    const [first, second] = [await ask(who.login), await ask(who.login)];
    const codes = await codesOf(who, 2);
    await stateOf(second, 'code_sent');
    // Which code belongs to which is unknown here: each opens exactly one.
    for (const code of codes) {
      const answers = [];
      for (const { body } of [first, second])
        answers.push((await post(`/${body['recoveryId']}/confirm`, { code })).status);
      expect(answers.sort()).toEqual([200, 401]);
    }
  });

  it('that was right may be sent again after a lost answer', async () => {
    const who = await recoverablePerson(product);
    const id = await confirmed(who);
    const [code] = await codesOf(who);
    expect((await post(`/${id}/confirm`, { code })).status).toBe(200);
    expect((await post(`/${id}/confirm`, { code: '00000000' })).status).toBe(401);
    expect((await reset(id)).status).toBe(200);
  });

  it('and the password have a clock each', async () => {
    const who = await recoverablePerson(product);
    const asked = await ask(who.login);
    const [code] = await codesOf(who);
    const due = `update recovery_cases set step_expires_at = clock_timestamp() where user_id = $1`;
    await sql(due, who.userId);
    expect((await post(`/${asked.body['recoveryId']}/confirm`, { code })).status).toBe(401);

    const id = await confirmed(who);
    await sql(due, who.userId);
    expect((await reset(id)).status).toBe(401);
    expect((await passwordSignIn(product, who)).status).toBe(200);
  });

  it('is sent three times an hour to requests from one address, ten times in all', async () => {
    const who = await recoverablePerson(product);
    const settled = () =>
      sql(`select 1 from recovery_cases where user_id = $1 and state = 'code_sent'`, who.userId);
    for (let n = 0; n < 5; n += 1) {
      expect((await ask(who.login, { ip: who.ip })).status).toBe(202);
      await until(settled, ({ rowCount }) => rowCount === 1 + n);
    }
    expect(await codesOf(who, 3)).toHaveLength(3);
    for (let n = 0; n < 9; n += 1) {
      await ask(who.login, { ip: `198.51.100.${n}` });
      await until(settled, ({ rowCount }) => rowCount === 6 + n);
    }
    expect(await codesOf(who, 10)).toHaveLength(10);
  });

  it.each(['1234567', '123456789', '1234567a', '١٢٣٤٥٦٧٨', 12345678, null])('is not %p', async (code) => {
    const asked = await ask('nobody-has-this');
    expect((await post(`/${asked.body['recoveryId']}/confirm`, { code })).status).toBe(400);
  });
});

describe('asking for a recovery', () => {
  const people = {
    'a user': () => recoverablePerson(product),
    'a disabled user': async () => {
      const who = await recoverablePerson(product);
      await sql(`update users set status = 'disabled' where id = $1`, who.userId);
      return who;
    },
    'a user without an address': () => recoverablePerson(product, { email: null }),
    'a user without a password': async () => {
      const who = await recoverablePerson(product);
      await sql(`update users set password_hash = null where id = $1`, who.userId);
      return who;
    },
    nobody: () => Promise.resolve({ login: 'nobody-has-this-login' }),
  };

  it.each(Object.entries(people))(
    'for %s is answered alike, and so is every step after it',
    async (name, make) => {
      const who = await make();
      const asked = await ask(who.login, { decisionId: 'dec_AAAAAAAAAAAAAAAAAAAAAA' });
      expect([asked.status, Object.keys(asked.body).sort(), asked.body['expiresIn']]).toEqual([
        202,
        ['expiresIn', 'recoveryId'],
        600,
      ]);
      expect(asked.body['recoveryId']).toHaveLength(43);
      expect(await stateOf(asked, 'code_sent')).toBe('code_sent');
      for (let n = 0; n < 6; n += 1) {
        const { status, body } = await post(`/${asked.body['recoveryId']}/confirm`, { code: `0000000${n}` });
        expect([status, body['code'], body['detail']]).toEqual([
          401,
          'verification_failed',
          'The verification did not succeed.',
        ]);
      }
      expect(await stateOf(asked, 'dead')).toBe('dead');
      expect((await caseOf(asked))?.attempts).toBe(5);
      const { rowCount } = await sql(
        `select 1 from outbox o join users u on u.id = o.user_id where u.login = $1 and o.kind = 'recovery_code'`,
        who.login,
      );
      expect(rowCount).toBe(name === 'a user' ? 1 : 0);
    },
  );

  it('at a portal finds the users of every organization, and a public client needs no address', async () => {
    const who = await recoverablePerson(product);
    const asked = await product.stack.call('POST', '/api/v1/auth/recovery', {
      headers: { 'x-client-id': 'user-portal' },
      body: { login: who.login },
    });
    expect(asked.status).toBe(202);
    expect(await codesOf(who)).toHaveLength(1);
  });

  it('needs a client', async () => {
    const asked = await product.stack.call('POST', '/api/v1/auth/recovery', { body: { login: 'x' } });
    expect(asked.status).toBe(401);
  });

  it('leaves no code and no login in the history of its workflow, and no recovery id anywhere', async () => {
    const who = await recoverablePerson(product);
    const asked = await ask(who.login);
    await codesOf(who);
    const { rows } = await sql<{ text: string }>(
      `select c::text as text from recovery_cases c where c.user_id = $1
       union all select e::text from audit_events e where e.user_id = $1`,
      who.userId,
    );
    const [code = ''] = await codesOf(who);
    for (const { text } of rows) {
      expect(text).not.toContain(asked.body['recoveryId']);
      expect(text).not.toContain(code);
    }
  });
});

describe('an unknown recovery id', () => {
  it('is answered like a wrong code', async () => {
    expect((await post('/unknown/confirm', { code: '00000000' })).body['code']).toBe('verification_failed');
    expect((await reset('unknown')).body['code']).toBe('verification_failed');
  });
});
