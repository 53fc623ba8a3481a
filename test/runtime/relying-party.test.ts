/** The domain of passkeys and its pages: from `PUBLIC_URL`, or as set; a setting that no browser would accept stops the start. */
import { relyingPartyOf } from '../../runtime/relying-party';

const read = (rpId: string, origins: string, publicUrl = 'https://login.example.org/auth', related = '') =>
  relyingPartyOf({
    PUBLIC_URL: publicUrl,
    WEBAUTHN_RP_ID: rpId,
    WEBAUTHN_ORIGINS: origins,
    WEBAUTHN_RELATED_ORIGINS: related,
  });

describe('the relying party', () => {
  it('is the host of the public address unless it is set', () => {
    expect(read('', '')).toEqual({
      id: 'login.example.org',
      name: 'ZewstID',
      origins: ['https://login.example.org'],
      relatedOrigins: [],
    });
    expect(read('', '', 'http://localhost:3000').origins).toEqual(['http://localhost:3000']);
  });

  it('of a loopback address is localhost, since browsers take no address', () => {
    expect(read('', '', 'http://127.0.0.1:3000')).toMatchObject({
      id: 'localhost',
      origins: ['http://localhost:3000'],
    });
  });

  it('may be a domain above its pages, and have several of them, apps too', () => {
    const app = `android:apk-key-hash:${'A'.repeat(43)}`;
    const set = read('example.org', `https://login.example.org, https://example.org:8443,${app}`);
    expect(set).toMatchObject({
      id: 'example.org',
      origins: ['https://login.example.org', 'https://example.org:8443', app],
    });
  });

  it.each([
    ['a page of another domain', 'example.org', 'https://example.com'],
    ['a page whose name only ends alike', 'example.org', 'https://badexample.org'],
    ['a domain below the page', 'login.example.org', 'https://example.org'],
    ['a page with a path', 'example.org', 'https://example.org/'],
    ['a page without a scheme', 'example.org', 'example.org'],
    ['a wildcard', 'example.org', 'https://*.example.org:*'],
    ['a file', 'example.org', 'file://example.org'],
    ['the origin of nothing', 'example.org', 'null'],
  ])('is not made from %s', (_title, rpId, origins) => {
    expect(() => read(rpId, origins)).toThrow(/^WEBAUTHN_(RP_ID|ORIGINS) must be/);
  });

  it('may have pages outside its domain, which are named apart', () => {
    const home = 'https://login.example.org';
    const related = 'https://shop.example.com, https://pay.example.net:8443';
    expect(read('', '', home, related)).toMatchObject({
      origins: [home, 'https://shop.example.com', 'https://pay.example.net:8443'],
      relatedOrigins: ['https://shop.example.com', 'https://pay.example.net:8443'],
    });
  });

  it.each([
    'http://shop.example.com',
    'https://shop.example.com/',
    'shop.example.com',
    'https://*.example.com:*',
  ])('has no page %s outside its domain', (origin) => {
    expect(() => read('', '', 'https://login.example.org', origin)).toThrow(
      /^WEBAUTHN_RELATED_ORIGINS must be/,
    );
  });

  it('does not repeat a value that is wrong', () => {
    expect(() => read('example.org', 'https://hunter2.example.com')).toThrow(/^((?!hunter2).)*$/);
  });
});
