/** Password hashes of another directory: bounded in what they cost, and replaced by one of our own. */
import { hash } from '@node-rs/argon2';
import { isAffordableHash } from '../../api/passwords';
import { randomIp, randomName } from './support/actors';
import { passwordSignIn, PASSWORD } from './support/directory';
import { useProduct } from './support/product';

const product = useProduct();
const TAIL = '$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g';
const phc = (parameters: string) => `$argon2id$v=19$${parameters}${TAIL}`;
const create = (passwordHash: string) =>
  product.stack.call('POST', '/api/v1/users', {
    as: 'operator',
    body: { login: randomName(), passwordHash },
  });

describe('an imported hash', () => {
  it.each(['m=19456,t=2,p=1', 'm=65536,t=3,p=4', 'm=102400,t=2,p=8', 'm=131072,t=4,p=1', 'm=47104,t=1,p=1'])(
    'with %s is taken',
    async (parameters) => {
      expect((await create(phc(parameters))).status).toBe(201);
    },
  );

  it.each([
    'm=9999999,t=1,p=1',
    'm=131073,t=1,p=1',
    'm=65536,t=99,p=1',
    'm=131072,t=5,p=1',
    'm=65536,t=3,p=9',
    'm=7,t=1,p=1',
    'm=64,t=0,p=1',
    'm=65536,t=1,p=0',
  ])('with %s would let one tenant stop the others: refused', async (parameters) => {
    expect(isAffordableHash(phc(parameters))).toBe(false);
    expect((await create(phc(parameters))).body['code']).toBe('invalid_request');
  });

  it('is replaced by one of our own at the first good sign-in, not at a bad one', async () => {
    const login = randomName();
    const passwordHash = await hash(PASSWORD, { memoryCost: 32_768, timeCost: 1, parallelism: 1 });
    const { body } = await product.stack.call('POST', '/api/v1/users', {
      as: 'operator',
      body: { login, passwordHash },
    });
    const stored = async () => {
      const text = 'select password_hash as hash from users where id = $1';
      return String((await product.stack.database.pool.query(text, [body['id']])).rows[0]?.hash);
    };
    const who = { userId: body['id'], login, totpSecret: '', fingerprint: randomName(), ip: randomIp() };
    expect((await passwordSignIn(product, who, { password: 'wrong' })).status).toBe(401);
    expect(await stored()).toBe(passwordHash);
    expect((await passwordSignIn(product, who)).status).toBe(200);
    expect(await stored()).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect((await passwordSignIn(product, who)).status).toBe(200);
  });
});
