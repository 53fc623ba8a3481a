/**
 * Sends mail by SMTP. What a server says is never logged nor passed on but for its status: it may repeat the address
 * or the message.
 */
import { createTransport } from 'nodemailer';
import { isPlainAddress, type MailSettings } from './mail-settings';

export interface Mail {
  readonly to: string;
  /** Without angle brackets and domain: the same for every try, so that a mail sent twice is seen as one. */
  readonly id: string;
  readonly language: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** `refused`: for good, with the SMTP status or `address` for an address that is none. */
export type Delivery = { readonly kind: 'taken' } | { readonly kind: 'refused'; readonly status: string };

export interface Mailer {
  /** Hands a mail to the server. Throws when it may work later. */
  send(mail: Mail): Promise<Delivery>;
}

/** A server that hangs must not take every place of the worker: ending sessions runs there too. */
const MAX_AT_ONCE = 8;
const CONNECT_MS = 10_000;
const SILENCE_MS = 20_000;

/** As many mails as may are under way. */
class MailerBusyError extends Error {
  override name = 'MailerBusyError';
}

/** Makes the mailer; it connects for each mail and keeps nothing open. */
export function createMailer(settings: MailSettings): Mailer {
  const transport = createTransport(transportOptions(settings));
  const { from, host } = settings;
  const domain = from.address.split('@')[1] ?? host;
  let underWay = 0;
  return {
    async send({ to, id, language, subject, text, html }) {
      // Misdelivery: the library reads `a@b.org,c` as a list and `a<b@c.org>` as a name with an address.
      if (!isPlainAddress(to)) return { kind: 'refused', status: 'address' };
      if (underWay >= MAX_AT_ONCE) throw new MailerBusyError();
      underWay += 1;
      try {
        await transport.sendMail({
          from: { ...from },
          to: { name: '', address: to },
          envelope: { from: from.address, to: [to] },
          messageId: `<${id}@${domain}>`,
          headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': language },
          subject,
          text,
          html,
        });
        return { kind: 'taken' };
      } catch (error) {
        const status = refusalOf(error);
        if (status === undefined) throw error;
        return { kind: 'refused', status };
      } finally {
        underWay -= 1;
      }
    },
  };
}

function transportOptions({ host, port, secure, requireTls: requireTLS, auth }: MailSettings) {
  return {
    host,
    port,
    secure,
    requireTLS,
    ...(auth && { auth: { ...auth } }),
    connectionTimeout: CONNECT_MS,
    dnsTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** No permission yet (530) and a refused login or sender are mistakes of ours: an operator mends them. */
const MENDABLE = [530, 535];

/** Why this recipient or message is refused for good; `undefined` when it may be taken later. */
function refusalOf(error: unknown): string | undefined {
  const { code, command, responseCode } = error as { code?: string; command?: string; responseCode?: number };
  if (code === 'EENVELOPE' && command === 'API') return 'address';
  const isAboutMail = (code === 'EENVELOPE' && command === 'RCPT TO') || code === 'EMESSAGE';
  if (!isAboutMail || responseCode === undefined || responseCode < 500) return undefined;
  return MENDABLE.includes(responseCode) ? undefined : String(responseCode);
}
