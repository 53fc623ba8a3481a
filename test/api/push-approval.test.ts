/** Approval on a device, from the prompt to the session that its holder gets. */
import { randomUUID } from 'node:crypto';
import { askForPush, deviceOf, promptsOf, standingOf, verifyPush } from './support/devices';
import { passwordPerson, passwordSignIn } from './support/directory';
import { until } from './support/patience';
import { useProduct } from './support/product';
import { approve, asked, verified } from './support/prompts';

const product = useProduct();

describe('an approval', () => {
  it('completes the sign-in: session, receipt and device token go to the holder', async () => {
    const prompt = await asked(product);
    expect(prompt.challenge.body['methods'].push).toBe(true);
    expect(prompt.number).toMatch(/^[0-9]{2}$/);
    expect(await promptsOf(product, prompt.state)).toEqual([
      {
        challengeId: prompt.challengeId,
        clientId: 'demo-shop',
        clientName: expect.any(String),
        place: expect.anything(),
        device: 'Firefox on Linux',
        at: expect.any(String),
        expiresAt: expect.any(String),
        numberDigits: 2,
      },
    ]);
    expect(await standingOf(product, prompt)).toBe('pending');
    expect((await verifyPush(product, prompt)).body['code']).toBe('challenge_pending');
    expect(await approve(product, prompt)).toEqual({ status: 200, body: { received: true } });
    const answer = await verified(product, prompt);
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ verified: true, userId: prompt.who.userId });
    const claims = JSON.parse(Buffer.from(answer.body['receipt'].split('.')[1], 'base64url').toString());
    expect(claims).toMatchObject({ acr: 'urn:zewstid:acr:mfa', amr: ['pwd', 'rba', 'pop', 'swk', 'mfa'] });
    expect(await standingOf(product, prompt)).toBe('approved');
    expect(await product.actors.auditOf(prompt.challenge)).toEqual([
      'MFA required by risk assessment',
      'MFA session created',
      'Approval asked for on a device',
      'MFA verification successful',
    ]);
    const trusted = { ...prompt.who, deviceToken: answer.body['deviceToken'] };
    expect((await product.actors.check(trusted)).body['mfaRequired']).toBe(false);
  });

  it('yields the access token of a sign-in by password', async () => {
    const who = await passwordPerson(product);
    const state = await deviceOf(product, who);
    const challenge = await passwordSignIn(product, who);
    const { body } = await askForPush(product, challenge);
    const prompt = { who, state, challenge, challengeId: body['challengeId'], number: body['number'] };
    await approve(product, prompt);
    expect((await verified(product, prompt)).body['accessToken']).toEqual(expect.any(String));
  });

  it('is handed over once without an Idempotency-Key', async () => {
    const prompt = await asked(product);
    await approve(product, prompt);
    const answers = await Promise.all(Array.from({ length: 8 }, () => verified(product, prompt)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(7).fill(401)]);
  });

  it('is handed over again with the same Idempotency-Key, to no other one', async () => {
    const prompt = await asked(product);
    await approve(product, prompt);
    const headers = { 'idempotency-key': randomUUID() };
    const [first, second] = [
      await verified(product, prompt, headers),
      await verified(product, prompt, headers),
    ];
    expect(first.status).toBe(200);
    expect(second.body).toEqual(first.body);
    expect((await verified(product, prompt, { 'idempotency-key': randomUUID() })).status).toBe(401);
    expect((await verified(product, prompt)).status).toBe(401);
  });

  it('makes the device trusted as the one who asked said', async () => {
    const prompt = await asked(product, { trustDevice: false });
    await approve(product, prompt);
    const answer = await verified(product, prompt);
    expect(answer.status).toBe(200);
    expect(answer.body['deviceToken']).toBeUndefined();
  });

  it('counts although its Signal was lost: verify has it judged', async () => {
    const prompt = await asked(product);
    const { temporal } = product.stack.deps;
    const lost = jest.spyOn(temporal, 'ringPush').mockResolvedValue(undefined);
    try {
      expect((await approve(product, prompt)).status).toBe(200);
      expect(await standingOf(product, prompt)).toBe('pending');
      expect((await verified(product, prompt)).status).toBe(200);
    } finally {
      lost.mockRestore();
    }
  });

  it('is announced again to a workflow that did not hear of it, by whoever asks where it stands', async () => {
    const prompt = await asked(product);
    const lost = jest.spyOn(product.stack.deps.temporal, 'ringPush').mockResolvedValue(undefined);
    await approve(product, prompt);
    lost.mockRestore();
    await product.stack.database.pool.query(
      `update push_challenges set answered_at = answered_at - interval '6 seconds' where id = $1`,
      [prompt.challengeId],
    );
    const rung = jest.spyOn(product.stack.deps.temporal, 'ringPush');
    const standing = await until(
      () => standingOf(product, prompt),
      (status) => status === 'approved',
    );
    expect(standing).toBe('approved');
    expect(rung).toHaveBeenCalledTimes(1);
    rung.mockRestore();
  });

  it('leaves neither the number nor the signed body in clear in the database', async () => {
    const prompt = await asked(product);
    await approve(product, prompt);
    await verified(product, prompt);
    const { rows } = await product.stack.database.pool.query(
      `select p.*, encode(sealed_answer, 'escape') as sealed from push_challenges p where id = $1`,
      [prompt.challengeId],
    );
    expect(JSON.stringify(rows)).not.toMatch(/approve|"number"/);
  });
});
