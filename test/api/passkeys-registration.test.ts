/** Registering a passkey: what is asked for, one challenge for one credential, one credential for one user. */
import { selfAttestation } from '../support/attestation';
import { createPasskeyActs, HOME, newAuthenticator } from './support/passkeys';
import { useProduct } from './support/product';

const product = useProduct();
const { answerWith, askToRegister, call, enrol, owner, register, sql } = createPasskeyActs(product);
const person = () => product.actors.person({ method: false });

async function countOf(userId: string): Promise<number | null> {
  return (await sql('select 1 from passkeys where user_id = $1', userId)).rowCount;
}

describe('options for a new passkey', () => {
  it('ask for user verification and no attestation, under a handle that says nothing', async () => {
    const who = await person();
    const [asked, again] = [await askToRegister(who), await askToRegister(who)];
    expect(asked.status).toBe(201);
    expect(asked.headers.get('cache-control')).toBe('no-store');
    expect(asked.body).toEqual({
      rp: { id: HOME.rpId, name: 'ZewstID' },
      user: { id: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/), name: who.login, displayName: who.login },
      challenge: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
      pubKeyCredParams: [-8, -7, -257].map((alg) => ({ type: 'public-key', alg })),
      timeout: 300_000,
      excludeCredentials: [],
      authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
      attestation: 'none',
    });
    expect(again.body['user'].id).toBe(asked.body['user'].id);
    expect(again.body['challenge']).not.toBe(asked.body['challenge']);
  });

  it('leave out the passkeys that are there, so that none is registered twice', async () => {
    const { who, authenticator } = await owner();
    expect((await askToRegister(who)).body['excludeCredentials']).toEqual([
      {
        id: authenticator.state.credentialId.toString('base64url'),
        type: 'public-key',
        transports: ['internal'],
      },
    ]);
  });
});

describe('a registration', () => {
  it('is audited with its method, who did it and its id', async () => {
    const who = await person();
    const options = await askToRegister(who);
    const made = await register(who, newAuthenticator().create(options.body), { name: 'Key ring' });
    expect(made.status).toBe(201);
    expect(made.body).toEqual({ methodId: expect.stringMatching(/^mth_[A-Za-z0-9_-]{22}$/) });
    const audit = await call('GET', `/api/v1/admin/audit?userId=${who.userId}&type=method.enrolled`, {
      as: 'operator',
    });
    expect(audit.body['events']).toEqual([
      expect.objectContaining({
        details: { method: 'passkey', methodId: made.body['methodId'], by: 'client' },
      }),
    ]);
    expect((await sql('select name, state from passkeys where user_id = $1', who.userId)).rows).toEqual([
      { name: 'Key ring', state: 'active' },
    ]);
  });

  it('signed by the new key itself, as some browsers let pass, is as good as without a statement', async () => {
    const who = await person();
    const options = (await askToRegister(who)).body;
    const credential = newAuthenticator().create(options, { attestation: selfAttestation });
    expect((await register(who, credential)).status).toBe(201);
  });

  it('ends the challenges that were open before it', async () => {
    const { who, authenticator } = await owner();
    const before = await product.actors.check(who);
    await enrol(who);
    expect(await product.actors.decisionOf(before)).toMatchObject({ state: 'cancelled' });
    expect((await answerWith(await product.actors.check(who), authenticator)).status).toBe(200);
  });

  it('spends its challenge, whatever comes of it', async () => {
    const who = await person();
    const options = (await askToRegister(who)).body;
    const [bad, good] = [newAuthenticator(), newAuthenticator()];
    expect((await register(who, bad.create(options, { rpId: 'evil.example' }))).status).toBe(401);
    expect((await register(who, good.create(options))).status).toBe(401);
    expect((await register(who, good.create((await askToRegister(who)).body))).status).toBe(201);
    expect((await register(who, newAuthenticator().create(options))).status).toBe(401);
    expect(await countOf(who.userId)).toBe(1);
  });

  it('10 times in parallel for one challenge makes one passkey', async () => {
    const who = await person();
    const options = (await askToRegister(who)).body;
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => register(who, newAuthenticator().create(options))),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(9).fill(401)]);
    expect(await countOf(who.userId)).toBe(1);
  });

  it('after five minutes is refused', async () => {
    const who = await person();
    const options = (await askToRegister(who)).body;
    await sql('update webauthn_challenges set expires_at = now() where user_id = $1', who.userId);
    expect((await register(who, newAuthenticator().create(options))).status).toBe(401);
  });

  it("for another user's challenge is refused", async () => {
    const [who, other] = [await person(), await person()];
    await askToRegister(who);
    const foreign = (await askToRegister(other)).body;
    expect((await register(who, newAuthenticator().create(foreign))).status).toBe(401);
  });

  it('of a credential that is registered, to the same user or another, is refused', async () => {
    const { who, authenticator } = await owner();
    const other = await person();
    for (const one of [who, other]) {
      const again = authenticator.create((await askToRegister(one)).body);
      const refused = await register(one, again);
      expect([refused.status, refused.body['code']]).toEqual([409, 'passkey_registered']);
    }
    expect(await countOf(other.userId)).toBe(0);
  });

  it('of the same new credential by two users at the same moment succeeds once', async () => {
    const authenticator = newAuthenticator();
    const people = [await person(), await person()];
    const credentials = await Promise.all(
      people.map(async (who) => authenticator.create((await askToRegister(who)).body)),
    );
    const answers = await Promise.all(people.map((who, n) => register(who, credentials[n] ?? {})));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409]);
  });

  it('beyond twenty is refused', async () => {
    const { who } = await owner();
    await sql(
      `insert into passkeys (id, user_id, name, credential_id, public_key, sign_count, backup_eligible, backed_up)
       select 'mth_' || $1 || n, $1, 'x', 'credential-' || $1 || n, '\\x00', 0, false, false from generate_series(1, 19) n`,
      who.userId,
    );
    const refused = await register(who, newAuthenticator().create((await askToRegister(who)).body));
    expect([refused.status, refused.body['code']]).toEqual([409, 'too_many_methods']);
  });
});
