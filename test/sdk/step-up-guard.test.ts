/** The guard in front of an action, in Fastify and in `(request, response, next)`: what it cannot check does not pass. */
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import fastify, { type FastifyRequest } from 'fastify';
import { UnsecuredJWT } from 'jose';
import {
  createExpressStepUp,
  createFastifyStepUp,
  MfaProblemError,
  MfaUnavailableError,
  type MfaClient,
  type StepUpTerms,
} from '../../sdk/src/index';

type Redeem = MfaClient['redeem'];
const REDEEMED = {
  valid: true,
  userId: 'usr_1',
  sessionId: 'ses_1',
  action: 'payment',
  decisionId: 'dec_1',
} as const;
const BOOKS = { amount: '12.50', currency: 'EUR', payee: 'Books Ltd' };

const problem = (code: string, status: number) =>
  new MfaProblemError({ type: 'x', title: 'x', detail: 'x', requestId: 'x', code, status }, undefined);

/** The API checks signatures; what the guard reads before is unsigned here. */
function receipt(claims: object = {}): string {
  const auth_time = Math.floor(Date.now() / 1_000);
  const base = {
    sub: 'usr_1',
    sid: 'ses_1',
    acr: 'x',
    amr: [],
    decision_id: 'dec_1',
    action: 'payment',
    auth_time,
  };
  return new UnsecuredJWT({ ...base, ...claims }).encode();
}

interface Setting {
  readonly redeem?: Redeem;
  readonly user?: { userId: string; sessionId?: string } | undefined;
  readonly terms?: StepUpTerms<unknown>;
}

interface Seen {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly redeemed: unknown[];
}

type Ask = (setting: Setting, header?: string) => Promise<Seen>;

function optionsOf({ redeem = () => Promise.resolve(REDEEMED), ...rest }: Setting, redeemed: unknown[]) {
  const user = 'user' in rest ? rest.user : { userId: 'usr_1', sessionId: 'ses_1' };
  const mfa = {
    redeem: (body: Parameters<Redeem>[0]) => {
      redeemed.push(body);
      return redeem(body);
    },
  };
  return { mfa, userOf: () => user };
}

async function post(address: string, redeemed: unknown[], header?: string): Promise<Seen> {
  const headers: Record<string, string> = header === undefined ? {} : { 'x-step-up-receipt': header };
  const answer = await fetch(address, { method: 'POST', headers });
  return { status: answer.status, headers: answer.headers, text: await answer.text(), redeemed };
}

const askFastify: Ask = async (setting, header) => {
  const redeemed: unknown[] = [];
  const app = fastify();
  const requireStepUp = createFastifyStepUp<FastifyRequest>(optionsOf(setting, redeemed));
  app.decorateRequest('stepUp', null);
  app.post('/', { preHandler: requireStepUp('payment', setting.terms) }, (request) => ({
    done: request.stepUp,
  }));
  try {
    return await post(await app.listen({ host: '127.0.0.1', port: 0 }), redeemed, header);
  } finally {
    await app.close();
  }
};

const askExpress: Ask = async (setting, header) => {
  const redeemed: unknown[] = [];
  const requireStepUp = createExpressStepUp<IncomingMessage>(optionsOf(setting, redeemed));
  const guard = requireStepUp('payment', setting.terms);
  const server = createServer((request, response) =>
    guard(request, response, (error) => {
      if (error) return void response.writeHead(500).end();
      response.end(JSON.stringify({ done: (request as { stepUp?: unknown }).stepUp }));
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await post(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, redeemed, header);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
};

describe.each([
  ['Fastify', askFastify],
  ['Express', askExpress],
])('requireStepUp in %s', (_name, ask) => {
  it('lets a redeemed receipt through and tells the handler what was proven', async () => {
    const shown = receipt();
    const seen = await ask({ terms: { transactionOf: () => BOOKS } }, shown);
    expect(seen.status).toBe(200);
    const { userId, sessionId, action, decisionId } = REDEEMED;
    expect(JSON.parse(seen.text)).toEqual({ done: { userId, sessionId, action, decisionId } });
    expect(seen.redeemed).toEqual([{ receipt: shown, action: 'payment', transaction: BOOKS }]);
  });

  it('challenges as RFC 9470 says, with the age that the action allows', async () => {
    const seen = await ask({ terms: { maxAge: 60 } });
    expect([seen.status, seen.redeemed]).toEqual([401, []]);
    expect(seen.headers.get('www-authenticate')).toBe(
      'Bearer error="insufficient_user_authentication", acr_values="urn:zewstid:acr:mfa", max_age="60"',
    );
    expect(seen.headers.get('content-type')).toContain('application/problem+json');
    expect(seen.headers.get('cache-control')).toBe('no-store');
  });

  it.each([
    ['of somebody else', { sub: 'usr_2' }],
    ['of another session', { sid: 'ses_2' }],
    ['of another action', { action: 'data-export' }],
    ['of a sign-in', { action: undefined }],
    ['of an old proof', { auth_time: Math.floor(Date.now() / 1_000) - 400 }],
    ['of the future', { auth_time: Math.floor(Date.now() / 1_000) + 400 }],
  ])('does not burn a receipt %s', async (_what, claims) => {
    const seen = await ask({}, receipt(claims));
    expect([seen.status, seen.redeemed]).toEqual([401, []]);
  });

  it.each([
    ['is invalid', 401, () => Promise.reject(problem('receipt_invalid', 401))],
    ['was used', 409, () => Promise.reject(problem('receipt_used', 409))],
    ['cannot be redeemed now', 503, () => Promise.reject(new MfaUnavailableError(7))],
    ['is rate limited', 503, () => Promise.reject(problem('rate_limited', 429))],
    ['cannot be redeemed with our credentials', 503, () => Promise.reject(problem('unauthorized', 401))],
    ['meets a bug', 503, () => Promise.reject(new TypeError('x'))],
    ['turns out to be of somebody else', 401, () => Promise.resolve({ ...REDEEMED, userId: 'usr_2' })],
    ['turns out to be of another action', 401, () => Promise.resolve({ ...REDEEMED, action: 'x' })],
  ] satisfies [string, number, Redeem][])(
    'does not let through a receipt that %s',
    async (_what, status, redeem) => {
      const seen = await ask({ redeem }, receipt());
      expect([seen.status, seen.redeemed.length]).toEqual([status, 1]);
      if (status === 503) expect(Number(seen.headers.get('retry-after'))).toBeGreaterThan(0);
    },
  );

  it('lets nobody through who is not signed in, whatever the receipt', async () => {
    const seen = await ask({ user: undefined }, receipt());
    expect([seen.status, seen.headers.get('www-authenticate'), seen.redeemed]).toEqual([401, 'Bearer', []]);
  });

  it('does not take a missing transaction for one that needs no approval', async () => {
    const seen = await ask({ terms: { transactionOf: () => undefined as never } }, receipt());
    expect([seen.status, seen.redeemed]).toEqual([500, []]);
  });
});

it('an age that nobody could meet is refused when the route is made', () => {
  const requireStepUp = createFastifyStepUp<FastifyRequest>(optionsOf({}, []));
  for (const maxAge of [0, -1, 1.5, 1_801, Number.NaN])
    expect(() => requireStepUp('payment', { maxAge })).toThrow(TypeError);
});
