/** Using an access token that is bound to a key: by its holder once a proof, by nobody else (RFC 9449 §7). */
import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'node:http';
import { athOf, newSender, type ProofOptions } from '../support/dpop-sender';
import type { HttpAnswer } from '../support/http-client';
import { startStack } from '../support/stack';
import { passwordPerson, signInByPassword } from './support/directory';
import { useProduct } from './support/product';
import { askForClientToken, callProven, SESSIONS, signInBound, type BoundToken } from './support/senders';

const product = useProduct();
const sessionsUrl = () => product.stack.config.PUBLIC_URL + SESSIONS;

let bound: BoundToken;
beforeAll(async () => {
  bound = await signInBound(product, await passwordPerson(product));
});
const use = (proof?: ProofOptions, sender = bound.sender) =>
  callProven(product, ['GET', SESSIONS], { ...bound, sender, ...(proof && { proof }) });
const useHeaders = (headers: Record<string, string>) => product.stack.call('GET', SESSIONS, { headers });
const now = () => Math.floor(Date.now() / 1_000);

function expectRefused(answer: HttpAnswer, error: string): void {
  expect([answer.status, answer.body['code']]).toEqual([401, 'unauthorized']);
  expect(answer.headers.get('www-authenticate')).toBe(`DPoP error="${error}", algs="ES256 EdDSA"`);
}

describe('a bound token', () => {
  it('works for the holder of the key, with a new proof each time', async () => {
    for (const name of ['DPoP', 'dpop']) {
      const proof = await bound.sender.prove({ method: 'GET', url: sessionsUrl(), token: bound.token });
      const answer = await useHeaders({ authorization: `${name} ${bound.token}`, dpop: proof });
      expect(answer.status).toBe(200);
    }
  });

  it('that was stolen is worth nothing as a Bearer token, with or without a proof', async () => {
    const authorization = `Bearer ${bound.token}`;
    expectRefused(await useHeaders({ authorization }), 'invalid_token');
    const thief = await newSender();
    for (const sender of [thief, bound.sender]) {
      const dpop = await sender.prove({ method: 'GET', url: sessionsUrl(), token: bound.token });
      expectRefused(await useHeaders({ authorization, dpop }), 'invalid_token');
    }
  });

  it('is worth nothing with the proof of another key', async () => {
    expectRefused(await use({}, await newSender()), 'invalid_token');
    expectRefused(await use({}, await newSender('EdDSA')), 'invalid_token');
  });

  it('is worth nothing without a proof', async () => {
    expectRefused(await useHeaders({ authorization: `DPoP ${bound.token}` }), 'invalid_dpop_proof');
  });

  it.each<[string, () => ProofOptions]>([
    ['another method', () => ({ claims: { htm: 'POST' } })],
    ['another path', () => ({ claims: { htu: `${sessionsUrl()}/x` } })],
    ['the address of the connection', () => ({ claims: { htu: product.stack.address + SESSIONS } })],
    ['another token', () => ({ claims: { ath: athOf(`${bound.token}x`) } })],
    ['no token', () => ({ claims: { ath: undefined } })],
    ['a time long past', () => ({ claims: { iat: now() - 65 } })],
    ['a time in the future', () => ({ claims: { iat: now() + 65 } })],
    ['another type', () => ({ header: { typ: 'JWT' } })],
    ['the private key', () => ({ header: { jwk: bound.sender.privateJwk } })],
    ['an oversized id', () => ({ claims: { jti: 'x'.repeat(2_000) } })],
  ])('is worth nothing with a proof for %s', async (_what, options) => {
    expectRefused(await use(options()), 'invalid_dpop_proof');
  });

  it('is worth nothing with junk, an unsigned or an oversized header for a proof', async () => {
    const proof = await bound.sender.prove({ method: 'GET', url: sessionsUrl(), token: bound.token });
    const unsigned = `${Buffer.from('{"alg":"none","typ":"dpop+jwt"}').toString('base64url')}.e30.`;
    for (const dpop of ['', 'x', '{}', 'a.b.c', unsigned, `${proof}=`, `DPoP ${proof}`, 'x'.repeat(8_000)])
      expectRefused(await useHeaders({ authorization: `DPoP ${bound.token}`, dpop }), 'invalid_dpop_proof');
  });

  it('is worth nothing with two proofs, even if both are good', async () => {
    const prove = () => bound.sender.prove({ method: 'GET', url: sessionsUrl(), token: bound.token });
    const headers = { authorization: `DPoP ${bound.token}`, dpop: [await prove(), await prove()] };
    const status = await new Promise((resolve, reject) => {
      httpRequest(product.stack.address + SESSIONS, { headers }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      })
        .on('error', reject)
        .end();
    });
    expect(status).toBe(401);
  });

  it('ends with its session, whoever proves the key', async () => {
    const other = await signInBound(product, await passwordPerson(product));
    const out = await callProven(product, ['POST', '/api/v1/auth/sign-out'], other);
    expect(out.status).toBe(204);
    expect((await callProven(product, ['GET', SESSIONS], other)).status).toBe(401);
  });
});

describe('a proof', () => {
  const once = (): ProofOptions => ({ claims: { jti: randomUUID() } });

  it('counts once, for any path', async () => {
    const proof = once();
    expect((await use(proof)).status).toBe(200);
    expectRefused(await use(proof), 'invalid_dpop_proof');
    const elsewhere = await callProven(product, ['GET', '/api/v1/auth/mfa/status'], { ...bound, proof });
    expectRefused(elsewhere, 'invalid_dpop_proof');
  });

  it('counts once across instances, without Redis: of 20 in parallel exactly one passes', async () => {
    const beside = await startStack({ beside: product.stack, env: { REDIS_URL: 'redis://127.0.0.1:1' } });
    try {
      const dpop = await bound.sender.prove({ method: 'GET', url: sessionsUrl(), token: bound.token });
      const headers = { authorization: `DPoP ${bound.token}`, dpop };
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, n) =>
          (n % 2 === 0 ? product.stack : beside).call('GET', SESSIONS, { headers }),
        ),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(19).fill(401)]);
    } finally {
      await beside.stop();
    }
  });

  it('may carry the id of a proof of another key', async () => {
    const other = await signInBound(product, await passwordPerson(product));
    const proof = once();
    expect((await use(proof)).status).toBe(200);
    expect((await callProven(product, ['GET', SESSIONS], { ...other, proof })).status).toBe(200);
  });

  it('is not taken while its use cannot be recorded', async () => {
    const { pool } = product.stack.database;
    await pool.query('alter table used_nonces rename to used_nonces_away');
    try {
      expect((await use()).status).toBe(503);
    } finally {
      await pool.query('alter table used_nonces_away rename to used_nonces');
    }
    expect((await use()).status).toBe(200);
  });

  it('leaves nothing but a hash behind', async () => {
    const jti = `jti-${randomUUID()}`;
    expect((await use({ claims: { jti } })).status).toBe(200);
    const { rows } = await product.stack.database.pool.query('select * from used_nonces');
    expect(rows.length).toBeGreaterThan(0);
    for (const secret of [jti, bound.sender.jkt]) expect(JSON.stringify(rows)).not.toContain(secret);
  });
});

describe('a client with a bound token', () => {
  it('is held to it like a user', async () => {
    const sender = await newSender();
    const { body } = await askForClientToken(product, { sender });
    const token: string = body['access_token'];
    const path = '/api/v1/users';
    const proof: ProofOptions = { claims: { jti: randomUUID() } };
    expect((await callProven(product, ['GET', path], { sender, token, proof })).status).toBe(200);
    expectRefused(await callProven(product, ['GET', path], { sender, token, proof }), 'invalid_dpop_proof');
    const thief = await newSender();
    expectRefused(await callProven(product, ['GET', path], { sender: thief, token }), 'invalid_token');
    const headers = { authorization: `Bearer ${token}` };
    expectRefused(await product.stack.call('GET', path, { headers }), 'invalid_token');
    expectRefused(await product.stack.call('GET', '/api/v1/auth/mfa/status', { headers }), 'invalid_token');
  });
});

describe('an unbound token', () => {
  it('is refused under the scheme DPoP, and costs no statement under Bearer', async () => {
    const { accessToken: token } = await signInByPassword(product, await passwordPerson(product));
    expectRefused(
      await callProven(product, ['GET', SESSIONS], { sender: bound.sender, token }),
      'invalid_token',
    );
    const queried = jest.spyOn(product.stack.deps.pool, 'query');
    const dpop = await bound.sender.prove({ method: 'GET', url: sessionsUrl(), token });
    expect((await useHeaders({ authorization: `Bearer ${token}`, dpop })).status).toBe(200);
    const statements = queried.mock.calls.map(([text]) => String(text));
    queried.mockRestore();
    expect(statements.length).toBeGreaterThan(0);
    expect(statements.filter((text) => text.includes('used_nonces'))).toEqual([]);
  });
});
