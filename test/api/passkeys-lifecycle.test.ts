/** Passkeys among the factors of a user: listed, named, removed, and what a disabled one still means. */
import type { Person } from './support/actors';
import { createPasskeyActs } from './support/passkeys';
import { useProduct } from './support/product';

const product = useProduct();
const { ask, answerWith, call, enrol, owner } = createPasskeyActs(product);
const METHODS = '/api/v1/auth/mfa/methods';

const listOf = async ({ userId }: Person) =>
  (await call('GET', `${METHODS}?userId=${userId}`, { as: 'operator' })).body['methods'];
const remove = ({ userId }: Person, id: string) =>
  call('DELETE', `${METHODS}/${id}?userId=${userId}`, { as: 'operator' });

describe('a passkey', () => {
  it('is listed with its name and its last use, and can be named', async () => {
    const { who, authenticator } = await owner();
    const [fresh] = await listOf(who);
    expect(fresh).toMatchObject({ type: 'passkey', name: 'Passkey', state: 'active', lastUsedAt: null });
    const path = `${METHODS}/${fresh.id}?userId=${who.userId}`;
    expect((await call('PATCH', path, { as: 'operator', body: { name: 'Key ring' } })).status).toBe(204);
    await answerWith(await product.actors.check(who), authenticator);
    expect(await listOf(who)).toEqual([
      expect.objectContaining({ name: 'Key ring', lastUsedAt: expect.any(String) }),
    ]);
  });

  it('that is removed proves nothing from that moment, and is asked for no more', async () => {
    const { who, authenticator } = await owner();
    const spare = await enrol(who);
    const challenge = await product.actors.check(who);
    const [first] = await listOf(who);
    expect((await remove(who, first.id)).status).toBe(204);
    expect((await answerWith(challenge, authenticator)).status).toBe(401);
    const next = await product.actors.check(who);
    expect((await ask(next)).body['allowCredentials']).toHaveLength(1);
    expect((await answerWith(next, authenticator)).status).toBe(401);
    expect((await answerWith(next, spare)).status).toBe(200);
  });

  it("of somebody else can be neither named nor removed under the own user's name", async () => {
    const [{ who }, { who: other }] = [await owner(), await owner()];
    const [theirs] = await listOf(other);
    expect((await remove(who, theirs.id)).status).toBe(404);
    expect(await listOf(other)).toHaveLength(1);
  });

  it('that is disabled is listed as such and stays a method until it is removed', async () => {
    const { who, authenticator } = await owner();
    await answerWith(await product.actors.check(who), authenticator, { signCount: 5 });
    await answerWith(await product.actors.check(who), authenticator, { signCount: 5 });
    const [disabled] = await listOf(who);
    expect(disabled).toMatchObject({ state: 'disabled' });
    expect((await product.actors.check(who)).body['mfaRequired']).toBe(true);
    expect((await remove(who, disabled.id)).status).toBe(204);
    expect((await product.actors.check(who)).body['enrollmentRequired']).toBe(true);
  });
});
