/** The product with a mail server beside it, and what tests of delivery need of both. */
import { insertNotice, type AddressedNotice } from '../../../runtime/notices';
import { sendNoticeWorkflowId } from '../../../domain/notices/delivery';
import { createTemporalClient } from '../../../runtime/temporal-connection';
import { relayStarts } from '../../../worker/start-relay';
import { startSmtpServer, type ReceivedMail, type SmtpServer } from '../../support/smtp-server';
import { randomName, type Person } from './actors';
import { until } from './patience';
import { useProduct } from './product';

export type PersonWithMail = Person & { readonly email: string };

/** Registers the hooks, like `useProduct`. */
export function useMailbox({ signsIn = true }: { signsIn?: boolean } = {}) {
  let smtp: SmtpServer | undefined;
  let client: ReturnType<typeof createTemporalClient> | undefined;
  const env: Record<string, string> = {
    MAIL_FROM: 'ZewstID <no-reply@id.example.org>',
    DEFAULT_LOCALE: 'fr',
  };
  // Before the product's own hook, which reads the address of the mail server.
  beforeAll(async () => {
    smtp = await startSmtpServer();
    env['SMTP_URL'] = smtp.url;
  });
  const product = useProduct({ env, signsIn });
  beforeAll(() => {
    client = createTemporalClient(product.stack.config, product.stack.deps.keys);
  });
  afterAll(async () => {
    await client?.connection.close();
    await smtp?.stop();
  });
  const server = (): SmtpServer => {
    if (!smtp) throw new Error('the mail server runs inside tests only');
    return smtp;
  };
  const flow = (id: string) => {
    if (!client) throw new Error('flows are seen inside tests only');
    return client.workflow.getHandle(sendNoticeWorkflowId(id));
  };

  /** One pass of the relay as every worker makes one each second. */
  async function relay(): Promise<void> {
    const { deps, config } = product.stack;
    if (client) await relayStarts({ ...deps, client, taskQueue: config.DECISIONS_TASK_QUEUE });
  }

  const mailsTo = (address: string): ReceivedMail[] => server().mails.filter(({ to }) => to === address);

  /** The first mail to an address, once it has come. */
  async function mailTo(address: string): Promise<ReceivedMail> {
    await relay();
    const arrive = () => Promise.resolve(mailsTo(address));
    const [mail] = await until(arrive, (mails) => mails.length > 0);
    if (!mail) throw new Error('no mail came');
    return mail;
  }

  async function person({ locale }: { locale?: string } = {}): Promise<PersonWithMail> {
    const email = `${randomName()}@example.org`;
    const who = await product.actors.person({ email });
    const body = { locale };
    if (locale !== undefined)
      await product.stack.call('PATCH', `/api/v1/users/${who.userId}`, { as: 'operator', body });
    return { ...who, email };
  }

  /** Queues a notice as the product does; returns its id. */
  async function queue(notice: AddressedNotice): Promise<string> {
    const { deps, database } = product.stack;
    await insertNotice(database.pool, deps, notice);
    const { rows } = await database.pool.query<{ id: string }>(
      'select notice_id as id from outbox where user_id = $1 order by outbox.id desc limit 1',
      [notice.userId],
    );
    return rows[0]?.id ?? '';
  }

  /** What the outbox says of a notice. */
  async function rowOf(id: string) {
    const { rows } = await product.stack.database.pool.query<{
      sent: boolean;
      failure: string | null;
      isSealed: boolean;
      row: string;
    }>(
      `select sent_at is not null as sent, failure, sealed_secret is not null as "isSealed", o::text as row
       from outbox o where notice_id = $1`,
      [id],
    );
    return rows[0];
  }

  return {
    product,
    get smtp() {
      return server();
    },
    flow,
    relay,
    mailsTo,
    mailTo,
    person,
    queue,
    rowOf,
  };
}
