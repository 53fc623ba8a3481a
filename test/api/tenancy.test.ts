/** What belongs to one organization is unknown to another; portals accept the users of all. */
import { totpCode } from '../support/totp';
import { randomName, randomSeed } from './support/actors';
import { useProduct } from './support/product';
import { secondOrganization } from './support/second-organization';

const product = useProduct();

const create = (body: object) => product.stack.call('POST', '/api/v1/users', { as: 'operator', body });
const get = (path: string) => product.stack.call('GET', `/api/v1/users${path}`, { as: 'operator' });

describe('a user of another organization', () => {
  it('is unknown: reading, challenging, listing', async () => {
    const second = await secondOrganization(product);
    const { body: foreign } = await second.call('POST', '/api/v1/users', { login: randomName() });
    expect((await get(`/${foreign['id']}`)).body['code']).toBe('user_not_found');
    expect((await get(`?login=${foreign['login']}`)).body['users']).toEqual([]);
    const who = { ...(await product.actors.person()), userId: foreign['id'] };
    expect((await product.actors.check(who)).body['code']).toBe('user_not_found');
    const own = await product.actors.person();
    expect((await second.call('GET', `/api/v1/users/${own.userId}`)).status).toBe(404);
  });

  it('may have the same login', async () => {
    const second = await secondOrganization(product);
    const login = randomName();
    expect((await create({ login })).status).toBe(201);
    expect((await second.call('POST', '/api/v1/users', { login })).status).toBe(201);
  });

  it('is accepted at a portal, for the gateway of her organization only', async () => {
    const second = await secondOrganization(product);
    const totpSecret = randomSeed();
    const { body } = await second.call('POST', '/api/v1/users', { login: randomName(), totpSecret });
    const who = { userId: body['id'], login: '', totpSecret, fingerprint: 'f', ip: '192.0.2.9' };
    const change = { clientId: 'user-portal' };
    const atPortal = await product.actors.check(who, change, { at: second.operator });
    expect(atPortal.body['mfaRequired']).toBe(true);
    expect((await product.actors.verify(atPortal, totpCode(totpSecret))).status).toBe(200);
  });
});
