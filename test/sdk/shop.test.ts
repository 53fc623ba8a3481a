/** The example shop on the real product: sign in, be asked, prove, pay once. */
import { decodeJwt } from 'jose';
import { createShop } from '../../examples/shop/shop';
import { createMfaClient, type Transaction } from '../../sdk/src/index';
import { createHttpClient, type HttpAnswer, type HttpClient } from '../support/http-client';
import { SECRETS, startStack, type Stack } from '../support/stack';
import { createPerson, freshCode, PASSWORD, wrongCode, type Person } from './support/people';

let stack: Stack;
let shop: Awaited<ReturnType<typeof createShop>>;
let http: HttpClient;

beforeAll(async () => {
  stack = await startStack();
  const { clientSecret } = SECRETS.demo;
  shop = await createShop({
    mfa: createMfaClient({ baseUrl: stack.address, clientId: 'demo-shop', clientSecret }),
    port: 0,
  });
  http = createHttpClient(shop.address, {});
});
afterAll(async () => {
  await shop?.close();
  await stack?.stop();
});

const BOOKS: Transaction = { amount: '12.50', currency: 'EUR', payee: 'Books Ltd' };

/** A browser: keeps its cookie. */
function browserOf(who: Person) {
  let cookie = '';
  async function post(path: string, body: object, headers: Record<string, string> = {}): Promise<HttpAnswer> {
    const agent = { 'user-agent': 'Mozilla/5.0 Firefox/140.0', cookie };
    const answer = await http.call('POST', path, { body, headers: { ...agent, ...headers } });
    cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? cookie;
    return answer;
  }
  const login = (password = PASSWORD) =>
    post('/login', { login: who.login, password, fingerprint: who.fingerprint });
  return {
    post,
    login,
    cookie: () => cookie,
    async signIn() {
      expect((await login()).body).toMatchObject({ proofRequired: true, methods: { totp: true } });
      const signedIn = await post('/login/code', { code: await freshCode(stack, who) });
      expect([signedIn.status, signedIn.body['signedIn']]).toEqual([200, true]);
    },
    async approve(payment: Transaction): Promise<string> {
      expect((await post('/approval', payment)).body).toMatchObject({ proofRequired: true });
      const approved = await post('/approval/code', { code: await freshCode(stack, who) });
      expect(approved.status).toBe(200);
      return approved.body['receipt'] as string;
    },
    pay: (payment: Transaction, receipt?: string) =>
      post('/pay', payment, receipt === undefined ? {} : { 'x-step-up-receipt': receipt }),
  };
}

async function signedIn() {
  const who = await createPerson(stack);
  const browser = browserOf(who);
  await browser.signIn();
  return { who, browser };
}

describe('the shop', () => {
  it('signs in with password and code, asks for fresh proof of a payment, and takes it once', async () => {
    const { who, browser } = await signedIn();
    const asked = await browser.pay(BOOKS);
    expect([asked.status, asked.body['code']]).toEqual([401, 'step_up_required']);
    expect(asked.headers.get('www-authenticate')).toBe(
      'Bearer error="insufficient_user_authentication", acr_values="urn:zewstid:acr:mfa", max_age="300"',
    );
    const receipt = await browser.approve(BOOKS);
    const paid = await browser.pay(BOOKS, receipt);
    expect(paid.status).toBe(201);
    expect(shop.paid).toContainEqual({ ...BOOKS, userId: who.userId });
    const replayed = await browser.pay(BOOKS, receipt);
    expect([replayed.status, replayed.body['code']]).toEqual([409, 'receipt_used']);
  });

  it('ends the session everywhere when its user logs out: an approval from before pays nothing', async () => {
    const { who, browser } = await signedIn();
    const receipt = await browser.approve(BOOKS);
    const live = `select 1 from sessions where user_id = $1 and revoked_at is null`;
    expect((await stack.database.pool.query(live, [who.userId])).rowCount).toBe(1);
    expect((await browser.post('/logout', {})).status).toBe(204);
    expect((await stack.database.pool.query(live, [who.userId])).rowCount).toBe(0);
    expect((await browser.pay(BOOKS, receipt)).status).toBe(401);
  });

  it('takes one payment of ten that show the same receipt at once', async () => {
    const { browser } = await signedIn();
    const receipt = await browser.approve(BOOKS);
    const answers = await Promise.all(Array.from({ length: 10 }, () => browser.pay(BOOKS, receipt)));
    expect(answers.map(({ status }) => status).sort()).toEqual([
      201,
      ...Array.from({ length: 9 }, () => 409),
    ]);
  });

  it('refuses another amount, currency, payee or reference than was approved', async () => {
    const { browser } = await signedIn();
    const receipt = await browser.approve(BOOKS);
    for (const change of [
      { amount: '12.51' },
      { currency: 'USD' },
      { payee: 'books ltd' },
      { reference: 'x' },
    ]) {
      const refused = await browser.pay({ ...BOOKS, ...change }, receipt);
      expect([refused.status, refused.body['code']]).toEqual([401, 'step_up_required']);
    }
    expect((await browser.pay(BOOKS, receipt)).status).toBe(201);
  });

  it('refuses the receipt of somebody else, and it stays good for its owner', async () => {
    const owner = await signedIn();
    const thief = await signedIn();
    const receipt = await owner.browser.approve(BOOKS);
    expect((await thief.browser.pay(BOOKS, receipt)).status).toBe(401);
    expect((await owner.browser.pay(BOOKS, receipt)).status).toBe(201);
  });

  it('refuses a receipt of another session of the same user', async () => {
    const { who, browser } = await signedIn();
    const receipt = await browser.approve(BOOKS);
    const elsewhere = browserOf({ ...who, fingerprint: 'another-browser' });
    await elsewhere.signIn();
    expect((await elsewhere.pay(BOOKS, receipt)).status).toBe(401);
  });

  it('refuses an altered receipt, junk, and one whose proof is too old', async () => {
    const { who, browser } = await signedIn();
    const receipt = await browser.approve(BOOKS);
    const altered = `${receipt.slice(0, -6)}AAAAAA`;
    for (const junk of [altered, 'x', 'a.b.c', '']) expect((await browser.pay(BOOKS, junk)).status).toBe(401);
    expect(decodeJwt(receipt)).toMatchObject({ sub: who.userId, action: 'payment' });
    const claims = { ...decodeJwt(receipt), auth_time: Math.floor(Date.now() / 1_000) - 400 };
    const [head, , signature] = receipt.split('.');
    const aged = [head, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.');
    expect((await browser.pay(BOOKS, aged)).status).toBe(401);
    expect((await browser.pay(BOOKS, receipt)).status).toBe(201);
  });

  it('lets nobody pay who is not signed in, or who gave the password only', async () => {
    const who = await createPerson(stack);
    const browser = browserOf(who);
    expect((await browser.pay(BOOKS)).headers.get('www-authenticate')).toBe('Bearer');
    expect((await browser.login('wrong')).body).toEqual({ code: 'sign_in_failed' });
    await browser.login();
    expect((await browser.pay(BOOKS)).body['code']).toBe('unauthorized');
    expect((await browser.post('/approval', BOOKS)).status).toBe(401);
    expect((await browser.post('/login/code', { code: wrongCode(who) })).body).toEqual({
      code: 'verification_failed',
    });
  });

  it('gives a signed-in user another cookie than the one before', async () => {
    const who = await createPerson(stack);
    const browser = browserOf(who);
    await browser.login();
    const before = browser.cookie();
    await browser.post('/login/code', { code: await freshCode(stack, who) });
    expect(browser.cookie()).not.toBe(before);
    const old = await http.call('POST', '/approval', { body: BOOKS, headers: { cookie: before } });
    expect(old.status).toBe(401);
  });
});
