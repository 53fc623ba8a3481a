/** Failed first factors, and how risk counts them. */
import type { Person } from './support/actors';
import { FIREFOX, randomIp, randomName } from './support/actors';
import { useProduct } from './support/product';

const product = useProduct();

/** Points by signal code and the score of a sign-in. */
async function riskOf(who: Person, change: object = {}) {
  const { riskScore, signals } = await product.actors.decisionOf(await product.actors.check(who, change));
  const points: Record<string, number> = {};
  for (const signal of signals) points[signal.code] = signal.points;
  return { riskScore, points };
}

const report = (body: object, as = 'demo-shop') =>
  product.stack.call('POST', '/api/v1/auth/attempts', {
    as,
    body: { ip: randomIp(), fingerprint: 'f', userAgent: FIREFOX, outcome: 'failure', ...body },
  });

const failuresWere = (who: Person, minutes: number) =>
  product.stack.database.pool.query(
    `update sign_in_failures set at = now() - make_interval(mins => $2) where user_id = $1`,
    [who.userId, minutes],
  );

describe('failures from the same fingerprint', () => {
  it.each([
    [2, undefined, 30],
    [3, 15, 45],
    [4, 15, 45],
    [5, 30, 60],
    [9, 30, 60],
    [10, 50, 80],
    [19, 50, 80],
    [20, 50, 80],
  ])('%i of them add %s points on a new device', async (count, points, score) => {
    const who = await product.actors.settledPerson();
    const stranger = { fingerprint: randomName(), deviceToken: undefined };
    await product.actors.fail(who, count, { fingerprint: stranger.fingerprint });
    const risk = await riskOf(who, stranger);
    expect(risk.points['failed_attempts']).toBe(points);
    expect(risk.riskScore).toBe(score);
  });

  it('count for 15 minutes', async () => {
    const who = await product.actors.person();
    await product.actors.fail(who, 5);
    await failuresWere(who, 14);
    expect((await riskOf(who)).points['failed_attempts']).toBe(30);
    await failuresWere(who, 16);
    expect((await riskOf(who)).points).not.toHaveProperty('failed_attempts');
  });

  it('20 of them block, whatever else is known: even the holder of the token', async () => {
    const who = await product.actors.settledPerson();
    await product.actors.fail(who, 20, { deviceToken: who.deviceToken });
    expect((await product.actors.check(who)).status).toBe(403);
    expect((await riskOf(who)).riskScore).toBe(80);
  });
});

describe('failures that do not carry the device token', () => {
  it('never count against its holder, from whatever fingerprint or address they come', async () => {
    const who = await product.actors.settledPerson();
    await product.actors.fail(who, 15);
    await product.actors.fail(who, 15, { fingerprint: randomName(), ip: randomIp() });
    await product.actors.fail(who, 15, { deviceToken: 'guessed' });
    const answer = await product.actors.check(who);
    expect(answer.body).toMatchObject({ mfaRequired: false });
    expect(await product.actors.decisionOf(answer)).toMatchObject({ riskScore: 0 });
  });

  it('from other fingerprints add at most 15 points for everybody else', async () => {
    const who = await product.actors.settledPerson();
    await product.actors.fail(who, 30, { fingerprint: randomName() });
    const risk = await riskOf(who, { fingerprint: randomName(), deviceToken: undefined });
    expect(risk.points['account_failures']).toBe(15);
    expect(risk.riskScore).toBe(45);
  });

  it('of another account do not count', async () => {
    const [who, other] = [await product.actors.person(), await product.actors.person()];
    await product.actors.fail(other, 10, { fingerprint: who.fingerprint });
    expect((await riskOf(who)).points).not.toHaveProperty('failed_attempts');
  });
});

describe('many accounts failing from one address', () => {
  it.each([
    [4, undefined],
    [5, 25],
    [19, 25],
    [20, 50],
  ])('%i accounts add %s points', async (accounts, points) => {
    const who = await product.actors.settledPerson();
    for (let n = 0; n < accounts; n += 1) {
      await report({ login: randomName(), ip: who.ip });
      await report({ login: 'always-the-same', ip: randomIp() });
    }
    expect((await riskOf(who)).points['ip_spraying']).toBe(points);
  });

  it('count for one hour', async () => {
    const who = await product.actors.settledPerson();
    for (let n = 0; n < 6; n += 1) await report({ login: randomName(), ip: who.ip });
    const { pool } = product.stack.database;
    await pool.query(`update sign_in_failures set at = now() - interval '59 minutes'`);
    expect((await riskOf(who)).points['ip_spraying']).toBe(25);
    await pool.query(`update sign_in_failures set at = now() - interval '61 minutes'`);
    expect((await riskOf(who)).points).not.toHaveProperty('ip_spraying');
  });
});

describe('a reported failure', () => {
  it('names the user by id or by login, in any case of letters', async () => {
    const who = await product.actors.person();
    const { ip, fingerprint } = who;
    for (const name of [{ userId: who.userId }, { login: who.login }, { login: who.login.toUpperCase() }]) {
      expect((await report({ ...name, ip, fingerprint })).status).toBe(202);
    }
    expect((await riskOf(who)).points['failed_attempts']).toBe(15);
  });

  it('of an unknown login is answered like any other', async () => {
    const known = await report({ login: (await product.actors.person()).login });
    const unknown = await report({ login: randomName() });
    expect([unknown.status, unknown.text]).toEqual([known.status, known.text]);
    expect(unknown.status).toBe(202);
  });

  it('stores neither login, address nor fingerprint in clear', async () => {
    const [login, ip, fingerprint] = [randomName(), randomIp(), randomName()];
    await report({ login, ip, fingerprint });
    const { rows } = await product.stack.database.pool.query(
      `select row_to_json(f)::text as row from sign_in_failures f order by id desc limit 1`,
    );
    for (const secret of [login, ip, fingerprint]) expect(rows[0].row).not.toContain(secret);
  });

  it.each([
    ['neither userId nor login', {}, 400],
    ['both userId and login', { userId: 'usr_AAAAAAAAAAAAAAAAAAAAAA', login: 'x' }, 400],
    ['an unknown userId', { userId: 'usr_AAAAAAAAAAAAAAAAAAAAAA' }, 404],
    ['an address that is none', { login: 'x', ip: '999.1.1.1' }, 400],
    ['another outcome', { login: 'x', outcome: 'success' }, 400],
    ["another application's id without the scope for it", { login: 'x', clientId: 'user-portal' }, 403],
  ])('with %s is refused', async (_name, body, status) => {
    expect((await report(body)).status).toBe(status);
  });

  it('may name a portal when a gateway reports it', async () => {
    expect((await report({ login: 'x', clientId: 'user-portal' }, 'operator')).status).toBe(202);
    expect((await report({ login: 'x', clientId: 'no-such-app' }, 'operator')).status).toBe(404);
  });
});
