/** A mail server in the test process: takes mail by SMTP (RFC 5321, without TLS) and lets the test read it. */
import { createServer, type Server, type Socket } from 'node:net';
import { parseMail, type ReceivedMail } from './received-mail';

export type { ReceivedMail };

export interface SmtpServer {
  /** For `SMTP_URL`; stays the same while the server is down. */
  readonly url: string;
  /** What was taken, in order; a mail that was sent twice is there twice. */
  readonly mails: readonly ReceivedMail[];
  /** How many times a recipient was named. */
  tries(address: string): number;
  /** Answers RCPT for this address so from now on: `550`, `451`; `undefined` takes its mail again. */
  answer(address: string, status: number | undefined): void;
  /** Connections are refused until `up`. */
  down(): Promise<void>;
  up(): Promise<void>;
  /** Takes the message and cuts the line instead of saying so, this many times. */
  loseAnswers(count: number): void;
  stop(): Promise<void>;
}

interface Mailroom {
  readonly mails: ReceivedMail[];
  readonly answers: Map<string, number>;
  readonly named: string[];
  answersToLose: number;
}

/** Starts the server on a free port of this machine. */
export async function startSmtpServer(): Promise<SmtpServer> {
  const room: Mailroom = { mails: [], answers: new Map(), named: [], answersToLose: 0 };
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  const listen = async (port: number): Promise<number> => {
    const listening = createServer((socket) => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      socket.on('error', () => undefined);
      converse(socket, room);
    });
    server = listening;
    await new Promise<void>((resolve) => listening.listen(port, '127.0.0.1', resolve));
    return (listening.address() as { port: number }).port;
  };
  const down = async () => {
    const closing = server;
    server = undefined;
    for (const socket of sockets) socket.destroy();
    if (closing) await new Promise((resolve) => closing.close(resolve));
  };
  const port = await listen(0);
  return {
    url: `smtp://127.0.0.1:${port}`,
    mails: room.mails,
    tries: (address) => room.named.filter((named) => named === address).length,
    answer(address, status) {
      if (status === undefined) room.answers.delete(address);
      else room.answers.set(address, status);
    },
    down,
    async up() {
      if (!server) await listen(port);
    },
    loseAnswers(count) {
      room.answersToLose = count;
    },
    stop: down,
  };
}

/** One connection. */
function converse(socket: Socket, room: Mailroom): void {
  let received = '';
  let data: string[] | undefined;
  let recipients: string[] = [];
  const say = (line: string) => socket.write(`${line}\r\n`);
  const command = (line: string) => {
    const [, address] = /^RCPT TO:<(.*)>/i.exec(line) ?? [];
    if (/^(EHLO|HELO) /i.test(line)) return say('250 mail.test');
    if (/^QUIT/i.test(line)) return socket.end('221 bye\r\n');
    if (/^DATA/i.test(line)) {
      data = [];
      return say('354 go on');
    }
    if (address !== undefined) {
      room.named.push(address);
      const refusal = room.answers.get(address);
      // As servers do, it names the address: nobody may log that.
      if (refusal !== undefined) return say(`${refusal} not for <${address}>`);
      recipients.push(address);
    }
    return say('250 ok');
  };
  const endOfData = (lines: readonly string[]) => {
    const to = recipients;
    [data, recipients] = [undefined, []];
    room.mails.push(...to.map((recipient) => parseMail(recipient, lines.join('\r\n'))));
    if (room.answersToLose === 0) return say('250 taken');
    room.answersToLose -= 1;
    return socket.destroy();
  };
  say('220 mail.test');
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    received += chunk;
    for (let end = received.indexOf('\r\n'); end >= 0; end = received.indexOf('\r\n')) {
      const line = received.slice(0, end);
      received = received.slice(end + 2);
      if (data === undefined) command(line);
      else if (line === '.') endOfData(data);
      else data.push(line.replace(/^\.\./, '.'));
    }
  });
}
