/** The mail server and the sender, from `SMTP_URL` and `MAIL_FROM`, checked at the start. */

export interface MailSettings {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte (`smtps:`); otherwise STARTTLS. */
  readonly secure: boolean;
  /** Without TLS nothing is sent. */
  readonly requireTls: boolean;
  readonly auth: { readonly user: string; readonly pass: string } | undefined;
  readonly from: { readonly name: string; readonly address: string };
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'smtp:': 587, 'smtps:': 465 };
const MAIL_FROM = /^(?:(?<name>[^<>\p{C}]{1,100}?) ?<(?<inner>[^<>\s]+)>|(?<plain>[^<>\s]+))$/u;
/** One address and nothing else: no character that a list, a name or a comment is made with (RFC 5322 §3.2.3). */
const ADDRESS = /^[^@\s<>()[\]\\,;:"\p{C}]+@[^@\s<>()[\]\\,;:"\p{C}]+$/u;

/** `undefined` without a mail server. Throws with the name of the wrong setting, never its value: it has a password. */
export function parseMailSettings(env: { SMTP_URL: string; MAIL_FROM: string }): MailSettings | undefined {
  if (env.SMTP_URL === '') return undefined;
  const url = parseUrl(env.SMTP_URL);
  const { username, password } = url;
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (DEFAULT_PORTS[url.protocol] ?? 0) : Number(url.port),
    secure: url.protocol === 'smtps:',
    requireTls: requiresTls(url),
    auth: username === '' ? undefined : { user: decode(username), pass: decode(password) },
    from: parseSender(env.MAIL_FROM),
  };
}

/** Whether a text is one e-mail address without quotes or comments. */
export function isPlainAddress(text: string): boolean {
  return ADDRESS.test(text);
}

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isSmtp = url?.protocol === 'smtp:' || url?.protocol === 'smtps:';
  if (!url || !isSmtp || url.hostname === '' || !['', '/'].includes(url.pathname) || url.hash !== '')
    throw new Error('SMTP_URL must be smtp://host or smtps://host, with user, password and port if need be');
  return url;
}

/**
 * Whoever strips STARTTLS from the line would read codes that are worth an account: TLS is a must but on this machine,
 * or where the URL says otherwise.
 */
function requiresTls({ searchParams, hostname }: URL): boolean {
  const names = [...searchParams.keys()];
  const value = searchParams.get('requireTLS');
  if (
    names.some((name) => name !== 'requireTLS') ||
    names.length > 1 ||
    !['true', 'false', null].includes(value)
  )
    throw new Error('SMTP_URL takes no other parameter than requireTLS=true or requireTLS=false');
  return value === null ? !['localhost', '127.0.0.1', '[::1]'].includes(hostname) : value === 'true';
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Error('SMTP_URL: user and password must be percent-encoded');
  }
}

function parseSender(text: string): MailSettings['from'] {
  const { name, inner, plain } = MAIL_FROM.exec(text)?.groups ?? {};
  const address = inner ?? plain ?? '';
  if (!isPlainAddress(address))
    throw new Error('MAIL_FROM must be an address, or a name and an address in angle brackets');
  return { name: name ?? '', address };
}
