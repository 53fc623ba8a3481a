/** Binding an access token to a key: whoever proves one gets a token that nobody else can use (RFC 9449 §5). */
import { randomUUID } from 'node:crypto';
import { decodeJwt } from 'jose';
import type { HttpAnswer } from '../support/http-client';
import { newSender, type ProofOptions } from '../support/dpop-sender';
import { totpCode } from '../support/totp';
import type { Person } from './support/actors';
import { PASSWORD, passwordPerson, passwordSignIn } from './support/directory';
import { useProduct } from './support/product';
import { askForClientToken, callProven, passwordBody, SESSIONS, SIGN_IN } from './support/senders';
import { signInProven, TOKEN, VERIFY, verifyProven } from './support/senders';

const product = useProduct();
const BAD: ProofOptions = { claims: { htm: 'GET' } };
const confirmationOf = (answer: HttpAnswer) => decodeJwt(answer.body['accessToken'])['cnf'];

async function attemptsOf({ userId }: Person): Promise<number[]> {
  const { rows } = await product.stack.database.pool.query<{ attempts: number }>(
    'select attempts from mfa_sessions where user_id = $1 order by created_at',
    [userId],
  );
  return rows.map(({ attempts }) => attempts);
}

describe('a sign-in with a proof', () => {
  it('that needs nothing more gives a token bound to the key', async () => {
    const who = await product.actors.settle(await passwordPerson(product));
    const sender = await newSender('EdDSA');
    const answer = await signInProven(product, who, { sender });
    expect(answer.body).toMatchObject({ mfaRequired: false, tokenType: 'DPoP' });
    expect(confirmationOf(answer)).toEqual({ jkt: sender.jkt });
    const token: string = answer.body['accessToken'];
    expect((await callProven(product, ['GET', SESSIONS], { sender, token })).status).toBe(200);
  });

  it('that is challenged gives it after the code, to the same key only, and others cost no try', async () => {
    const who = await passwordPerson(product);
    const [sender, thief] = [await newSender(), await newSender()];
    const challenge = await signInProven(product, who, { sender });
    expect(challenge.body['tokenType']).toBeUndefined();
    const refused = [
      await product.actors.verify(challenge, totpCode(who.totpSecret)),
      await verifyProven(product, { who, challenge }, { sender: thief }),
      await verifyProven(product, { who, challenge }, { sender, proof: BAD }),
    ];
    for (const { status, body } of refused)
      expect([status, body['code']]).toEqual([400, 'invalid_dpop_proof']);
    expect(await attemptsOf(who)).toEqual([0]);
    const verified = await verifyProven(product, { who, challenge }, { sender });
    expect(verified.body).toMatchObject({ verified: true, tokenType: 'DPoP' });
    expect(confirmationOf(verified)).toEqual({ jkt: sender.jkt });
  });

  it('that does not hold is refused before the password is looked at or anything counted', async () => {
    const who = await passwordPerson(product);
    const sender = await newSender();
    for (const password of ['wrong', undefined]) {
      const body = passwordBody(who, password === undefined ? {} : { password });
      const answer = await signInProven(product, who, { sender, proof: BAD, body });
      expect([answer.status, answer.body['code']]).toEqual([400, 'invalid_dpop_proof']);
    }
    const { pool } = product.stack.database;
    for (const table of ['sign_in_failures', 'sign_ins', 'mfa_sessions']) {
      expect((await pool.query(`select 1 from ${table} where user_id = $1`, [who.userId])).rowCount).toBe(0);
    }
  });

  it('says the same of a wrong password as one without', async () => {
    const who = await passwordPerson(product);
    const body = passwordBody(who, { password: 'wrong' });
    const answer = await signInProven(product, who, { sender: await newSender(), body });
    expect([answer.status, answer.body['code']]).toEqual([401, 'sign_in_failed']);
  });

  it('of a public client works alike', async () => {
    const who = await passwordPerson(product);
    const sender = await newSender();
    const body = { login: who.login, password: PASSWORD, fingerprint: who.fingerprint };
    const headers = { 'x-client-id': 'user-portal' };
    const challenge = await callProven(product, ['POST', SIGN_IN], { sender, headers, body });
    const verified = await verifyProven(product, { who, challenge }, { sender });
    expect(confirmationOf(verified)).toEqual({ jkt: sender.jkt });
  });
});

describe('a sign-in without a proof', () => {
  it('gives a Bearer token', async () => {
    const who = await passwordPerson(product);
    const verified = await product.actors.verify(
      await passwordSignIn(product, who),
      totpCode(who.totpSecret),
    );
    expect(verified.body['tokenType']).toBe('Bearer');
    expect(confirmationOf(verified)).toBeUndefined();
  });

  it('may still bind its token at the code: the holder of the MFA session chooses the key', async () => {
    const who = await passwordPerson(product);
    const sender = await newSender();
    const challenge = await passwordSignIn(product, who);
    const refused = await verifyProven(product, { who, challenge }, { sender, proof: BAD });
    expect(refused.status).toBe(400);
    expect(await attemptsOf(who)).toEqual([0]);
    expect(confirmationOf(await verifyProven(product, { who, challenge }, { sender }))).toEqual({
      jkt: sender.jkt,
    });
  });

  it('of an application with its own first factor has no token to bind, but no bad proof passes either', async () => {
    const who = await product.actors.person();
    const challenge = await product.actors.check(who);
    const sender = await newSender();
    expect((await verifyProven(product, { who, challenge }, { sender, proof: BAD })).status).toBe(400);
    const verified = await verifyProven(product, { who, challenge }, { sender });
    expect(verified.body['verified']).toBe(true);
    expect(verified.body).not.toHaveProperty('tokenType');
  });
});

describe('a repeated verify', () => {
  it('binds its token to the proof of the repeat, which has to be a new one of the same key', async () => {
    const who = await passwordPerson(product);
    const sender = await newSender();
    const challenge = await signInProven(product, who, { sender });
    const headers = { 'idempotency-key': randomUUID() };
    const once: ProofOptions = { claims: { jti: randomUUID() } };
    // One body for all, also when a new half minute begins meanwhile.
    const { mfaSessionId } = challenge.body;
    const body = { mfaSessionId, method: 'totp', code: totpCode(who.totpSecret) };
    const ask = (call: object) =>
      verifyProven(product, { who, challenge }, { sender, headers, body, ...call });
    const first = await ask({ proof: once });
    expect(first.status).toBe(200);
    expect((await ask({ proof: once })).body['code']).toBe('invalid_dpop_proof');
    expect((await ask({ sender: await newSender() })).body['code']).toBe('invalid_dpop_proof');
    const again = await ask({});
    expect(again.body).toMatchObject({ sessionId: first.body['sessionId'], tokenType: 'DPoP' });
    expect(confirmationOf(again)).toEqual({ jkt: sender.jkt });
    expect(await attemptsOf(who)).toEqual([1]);
  });
});

describe('the token endpoint', () => {
  it('binds the token of a client that proves a key', async () => {
    const sender = await newSender();
    const { status, body } = await askForClientToken(product, { sender });
    expect([status, body['token_type']]).toEqual([200, 'DPoP']);
    expect(decodeJwt(body['access_token'])['cnf']).toEqual({ jkt: sender.jkt });
    const call = { sender, token: body['access_token'] as string };
    expect((await callProven(product, ['GET', '/api/v1/users'], call)).status).toBe(200);
  });

  it('refuses a proof that does not hold in the form of OAuth', async () => {
    const answer = await askForClientToken(product, { sender: await newSender(), proof: BAD });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({
      error: 'invalid_dpop_proof',
      error_description: 'The DPoP proof is not valid for this request.',
    });
  });

  it('looks at the client before the proof', async () => {
    const call = { sender: await newSender(), proof: BAD, clientSecret: 'wrong' };
    expect((await askForClientToken(product, call)).body['error']).toBe('invalid_client');
  });

  it('says which algorithms a proof may have', async () => {
    const { body } = await product.stack.call('GET', '/.well-known/oauth-authorization-server');
    expect(body['dpop_signing_alg_values_supported']).toEqual(['ES256', 'EdDSA']);
    expect(body['token_endpoint']).toBe(product.stack.config.PUBLIC_URL + TOKEN);
  });
});

describe('one proof', () => {
  it('authenticates a client by its bound token and binds what it is issued', async () => {
    const { clientId, clientSecret } = await product.actors.application();
    const sender = await newSender();
    const issued = await askForClientToken(product, { sender, as: clientId, clientSecret });
    const token: string = issued.body['access_token'];
    const who = await passwordPerson(product);
    const call = { sender, token, body: passwordBody(who) };
    const challenge = await callProven(product, ['POST', SIGN_IN], call);
    const { mfaSessionId } = challenge.body;
    const body = { mfaSessionId, method: 'totp', code: totpCode(who.totpSecret) };
    const verified = await callProven(product, ['POST', VERIFY], { sender, token, body });
    expect(confirmationOf(verified)).toEqual({ jkt: sender.jkt });
  });
});
