/** What is trusted, and what happens while an issuer does not serve its keys. */
import { loadConfig } from '../../runtime/config';
import { createTrustedIssuers, parseTrustedIssuers } from '../../runtime/trusted-issuers';
import { startIdentityProvider, type IdentityProvider } from './support/identity-provider';

const OWN = 'http://api.test';
const ONE = { issuer: 'https://idp.example', jwksUri: 'https://idp.example/jwks', audience: 'mfa' };

describe('TRUSTED_ISSUERS', () => {
  it('is none when empty, and a list of issuers otherwise', () => {
    expect(parseTrustedIssuers('', OWN)).toEqual([]);
    expect(parseTrustedIssuers(JSON.stringify([ONE]), OWN)).toEqual([ONE]);
    const pinned = { ...ONE, clientId: 'shop', azp: 'Shop' };
    expect(parseTrustedIssuers(JSON.stringify([pinned]), OWN)).toEqual([pinned]);
  });

  it.each<[string, unknown]>([
    ['an object', ONE],
    ['null', null],
    ['a missing audience', [{ ...ONE, audience: undefined }]],
    ['an empty audience', [{ ...ONE, audience: '' }]],
    ['an unknown field', [{ ...ONE, jwksUrl: 'x' }]],
    ['a number', [{ ...ONE, issuer: 7 }]],
    ['a client id of another form', [{ ...ONE, clientId: 'Shop!' }]],
    ['an azp without a client id', [{ ...ONE, azp: 'Shop' }]],
    ['no URL', [{ ...ONE, jwksUri: 'idp.example/jwks' }]],
    ['keys over plain HTTP', [{ ...ONE, jwksUri: 'http://idp.example/jwks' }]],
    ['another scheme', [{ ...ONE, jwksUri: 'file:///etc/jwks.json' }]],
    ['a password in the URL', [{ ...ONE, jwksUri: 'https://a:b@idp.example/jwks' }]],
    ['an issuer twice', [ONE, { ...ONE, audience: 'other' }]],
    ['ourselves', [{ ...ONE, issuer: OWN }]],
  ])('stops the process at the start with %s', (_what, value) => {
    const text = JSON.stringify(value);
    const required = {
      DATABASE_URL: 'x',
      REDIS_URL: 'x',
      TEMPORAL_ADDRESS: 'x',
      MASTER_KEY: 'x',
      PUBLIC_URL: OWN,
    };
    expect(() => loadConfig({ ...required, TRUSTED_ISSUERS: text })).toThrow(/^TRUSTED_ISSUERS /);
    expect(() => loadConfig({ ...required, TRUSTED_ISSUERS: `${text}]` })).toThrow(/^TRUSTED_ISSUERS /);
  });
});

describe("an issuer's keys", () => {
  let idp: IdentityProvider;
  let skippedMs = 0;
  beforeEach(async () => {
    idp = await startIdentityProvider();
    skippedMs = 0;
    const real = Date.now.bind(Date);
    jest.spyOn(Date, 'now').mockImplementation(() => real() + skippedMs);
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await idp.stop();
  });
  const pass = (seconds: number) => (skippedMs += seconds * 1_000);
  const trusting = () =>
    createTrustedIssuers([{ issuer: idp.issuer, jwksUri: idp.jwksUri, audience: 'zewstid-mfa' }]);
  const token = (kid = 'ES256') => idp.sign({ sub: 'u', sid: 's', azp: 'shop' }, { kid });
  const kinds = async (issuers: ReturnType<typeof trusting>, ...kids: string[]) => {
    const verdicts = [];
    for (const kid of kids) verdicts.push((await issuers.verify(await token(kid))).kind);
    return verdicts;
  };

  it('are fetched once, and once more for a new key id, not for each made-up one', async () => {
    const issuers = trusting();
    const same = await token();
    await Promise.all(Array.from({ length: 20 }, () => issuers.verify(same)));
    expect(idp.state.fetches).toBe(1);
    await idp.addKey('new', 'ES256');
    expect(await kinds(issuers, 'new')).toEqual(['refused']);
    pass(31);
    expect(await kinds(issuers, 'new', 'ES256')).toEqual(['accepted', 'accepted']);
    expect(idp.state.fetches).toBe(2);
  });

  it.each(['down', 'hung'] as const)(
    'go on while its endpoint is %s; unknown ones are unavailable',
    async (mode) => {
      const issuers = trusting();
      expect(await kinds(issuers, 'ES256')).toEqual(['accepted']);
      await idp.addKey('new', 'ES256');
      idp.state.mode = mode;
      pass(31);
      expect(await kinds(issuers, 'new', 'ES256', 'new')).toEqual(['unavailable', 'accepted', 'unavailable']);
      expect(idp.state.fetches).toBe(2);
      pass(3_600);
      expect(await kinds(issuers, 'ES256')).toEqual(['accepted']);
      idp.state.mode = 'up';
      pass(6);
      expect(await kinds(issuers, 'new')).toEqual(['accepted']);
    },
  );

  it('that were never fetched, or a day ago, are unavailable, and nobody waits for the next try', async () => {
    idp.state.mode = 'hung';
    const issuers = trusting();
    const startedAt = performance.now();
    expect(await kinds(issuers, 'ES256', 'ES256', 'ES256')).toEqual(Array(3).fill('unavailable'));
    expect(performance.now() - startedAt).toBeLessThan(3_500);
    expect(idp.state.fetches).toBe(1);
    idp.state.mode = 'up';
    pass(6);
    expect(await kinds(issuers, 'ES256')).toEqual(['accepted']);
    idp.state.mode = 'down';
    pass(86_401);
    expect(await kinds(issuers, 'ES256')).toEqual(['unavailable']);
  });
});
