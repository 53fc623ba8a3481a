/** Prompts: one for a session, one open for a user, told to the holder of the session only. */
import { totpCode } from '../support/totp';
import { askForPush, deviceOf, promptsOf, standingOf } from './support/devices';
import { useProduct } from './support/product';
import { approve, asked, verified } from './support/prompts';

const product = useProduct();

describe('a prompt', () => {
  it('is the same when the session asks again, with the same number', async () => {
    const prompt = await asked(product);
    const again = await askForPush(product, prompt.challenge);
    expect(again.status).toBe(201);
    expect(again.body).toMatchObject({ challengeId: prompt.challengeId, number: prompt.number });
    expect(await promptsOf(product, prompt.state)).toHaveLength(1);
  });

  it('of one session keeps the prompts of others away, until it is over', async () => {
    const prompt = await asked(product);
    const other = await product.actors.check(prompt.who);
    expect((await askForPush(product, other)).body['code']).toBe('push_busy');
    await product.actors.verify(prompt.challenge, totpCode(prompt.who.totpSecret));
    expect((await askForPush(product, other)).status).toBe(201);
  });

  it('is opened once by 20 sessions and requests at a time', async () => {
    const who = await product.actors.person();
    await deviceOf(product, who);
    const sessions = [await product.actors.check(who), await product.actors.check(who)];
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => askForPush(product, sessions[n % 2] ?? sessions[0]!)), // eslint-disable-line @typescript-eslint/no-non-null-assertion
    );
    const opened = answers.filter(({ status }) => status === 201);
    expect(opened).toHaveLength(10);
    expect(new Set(opened.map(({ body }) => body['challengeId'])).size).toBe(1);
    expect(answers.filter(({ body }) => body['code'] === 'push_busy')).toHaveLength(10);
  });

  it('needs a device', async () => {
    const challenge = await product.actors.check(await product.actors.person());
    expect((await askForPush(product, challenge)).body['code']).toBe('push_unavailable');
  });

  it('has six digits where the application says so', async () => {
    const who = await product.actors.person();
    const state = await deviceOf(product, who);
    const at = await product.actors.application({ settings: { pushNumberDigits: 6 } });
    const challenge = await product.actors.check(who, {}, { at });
    const { body } = await askForPush(product, challenge);
    expect(body['number']).toMatch(/^[0-9]{6}$/);
    const prompt = { who, state, challenge, challengeId: body['challengeId'], number: body['number'] };
    await approve(product, prompt);
    expect((await verified(product, prompt)).status).toBe(200);
  });

  it('is told to the holder of its session only', async () => {
    const [mine, yours] = [await asked(product), await asked(product)];
    const foreign = { challenge: yours.challenge, challengeId: mine.challengeId };
    expect(await standingOf(product, foreign)).toBe('not_found');
    expect(await standingOf(product, { ...mine, challengeId: 'chl_AAAAAAAAAAAAAAAAAAAAAA' })).toBe(
      'not_found',
    );
    const path = `/api/v1/auth/mfa/challenge/${mine.challengeId}`;
    expect((await product.stack.call('GET', path)).status).toBe(400);
    const stranger = { 'x-mfa-session': 'made-up' };
    expect((await product.stack.call('GET', path, { headers: stranger })).status).toBe(401);
  });
});
