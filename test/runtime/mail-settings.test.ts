import { parseMailSettings } from '../../runtime/mail-settings';

const parse = (SMTP_URL: string, MAIL_FROM = 'Example <no-reply@example.org>') =>
  parseMailSettings({ SMTP_URL, MAIL_FROM });

describe('the settings of the mail server', () => {
  it('are none without SMTP_URL', () => {
    expect(parse('', 'nonsense')).toBeUndefined();
  });

  it('take TLS from the URL, and demand it wherever the line could be listened to', () => {
    const tls = (url: string) => {
      const { secure, requireTls, port } = parse(url) ?? {};
      return { secure, requireTls, port };
    };
    expect(tls('smtps://mail.example.org')).toEqual({ secure: true, requireTls: true, port: 465 });
    expect(tls('smtp://mail.example.org')).toEqual({ secure: false, requireTls: true, port: 587 });
    expect(tls('smtp://mail:1025?requireTLS=false')).toEqual({
      secure: false,
      requireTls: false,
      port: 1025,
    });
    expect(tls('smtp://127.0.0.1:1025')).toEqual({ secure: false, requireTls: false, port: 1025 });
    expect(tls('smtp://localhost:25?requireTLS=true')).toEqual({ secure: false, requireTls: true, port: 25 });
  });

  it('decode user and password', () => {
    expect(parse('smtps://user%40example.org:p%3Aw%2F@mail.example.org')?.auth).toEqual({
      user: 'user@example.org',
      pass: 'p:w/',
    });
  });

  it.each([
    ['Example <no-reply@example.org>', { name: 'Example', address: 'no-reply@example.org' }],
    ['no-reply@example.org', { name: '', address: 'no-reply@example.org' }],
  ])('take the sender %s', (text, from) => {
    expect(parse('smtp://localhost', text)?.from).toEqual(from);
  });

  it.each([
    'http://mail',
    'mail.example.org',
    'smtp://',
    'smtp://a/path',
    'smtp://a?logger=true',
    'smtp://a?tls.rejectUnauthorized=false',
    'smtp://a?requireTLS=maybe',
    'smtp://%zz@a',
  ])('refuse SMTP_URL %s, without repeating it', (url) => {
    const attempt = () => parse(url.replace('://', '://canary:canary@'));
    for (const given of [() => parse(url), attempt]) {
      expect(given).toThrow(/SMTP_URL/);
      expect(given).not.toThrow(/canary/);
    }
  });

  it.each(['', 'Example', 'a@b@c', 'Two <a@b> <c@d>', 'a@b\r\nBcc: c@d', 'Exa\nmple <a@b>'])(
    'refuse MAIL_FROM %j',
    (from) => {
      expect(() => parse('smtp://localhost', from)).toThrow(/MAIL_FROM/);
    },
  );
});
