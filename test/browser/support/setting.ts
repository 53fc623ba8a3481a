/** Product, shop and browser for one test file: started before its tests, ended after them. */
import type { Browser } from 'playwright-core';
import { startStack, type Stack } from '../../support/stack';
import { createPerson, freshCode, PASSWORD, type Person } from '../../sdk/support/people';
import { launchChromium } from './chromium';
import { freePort, startShop } from './shop-process';
import { startTlsFront } from './tls-front';
import { actsOn, visit, type AuthenticatorKind, type Visitor } from './visitor';

/** The engine at `login.` and the shop at `shop.` of one domain; browsers take `*.localhost` for this machine. */
export const DOMAIN = 'example.localhost';

export const PLATFORM: AuthenticatorKind = { transport: 'internal', resident: true };
/** What the page says of a proof that the server refused, and of one that the browser did not give. */
export const REFUSED = 'That did not prove it. Try again, or start over.';
export const UNUSED = 'No passkey was used. Try again, or use another way.';

export interface Setting {
  readonly stack: Stack;
  readonly browser: Browser;
  /** The shop at a host: the same process, whatever name it is reached by. */
  at(host: string): string;
}

export interface Customer {
  readonly who: Person;
  readonly visitor: Visitor;
  readonly acts: ReturnType<typeof actsOn>;
}

export interface ShopSettings {
  /** What the API is told, the shop's address known. */
  readonly env: (at: Setting['at']) => Readonly<Record<string, string>>;
  /** Hosts of `.test` at which API and shop are open over TLS. */
  readonly overTls?: { readonly api: readonly string[]; readonly shop: readonly string[] };
}

const SAME_DOMAIN: ShopSettings = {
  env: (at) => ({
    PUBLIC_URL: `http://login.${DOMAIN}`,
    WEBAUTHN_RP_ID: DOMAIN,
    WEBAUTHN_ORIGINS: `http://login.${DOMAIN},${at(`shop.${DOMAIN}`)}`,
  }),
};

async function start({ env, overTls }: ShopSettings) {
  const port = await freePort();
  const at = (host: string) => `http://${host}:${port}`;
  const stack = await startStack({ env: env(at) });
  const targets = new Map<string, string>();
  for (const host of overTls?.api ?? []) targets.set(host, stack.address);
  for (const host of overTls?.shop ?? []) targets.set(host, at('127.0.0.1'));
  const front = await startTlsFront(targets);
  const [shop, browser] = await Promise.all([
    startShop(stack.address, port),
    launchChromium(front.browserArguments),
  ]);
  return {
    stack,
    browser,
    at: (host: string) => (targets.has(host) ? `https://${host}` : at(host)),
    async stop() {
      await browser.close();
      await front.stop();
      await shop.stop();
      await stack.stop();
    },
  };
}

/** Registers the hooks. */
export function useShop(settings = SAME_DOMAIN): Setting {
  let started: Awaited<ReturnType<typeof start>> | undefined;
  const setting = () => {
    if (!started) throw new Error('the shop runs inside tests only');
    return started;
  };
  beforeAll(async () => {
    started = await start(settings);
  }, 120_000);
  afterAll(() => started?.stop());
  return {
    get stack() {
      return setting().stack;
    },
    get browser() {
      return setting().browser;
    },
    at: (host) => setting().at(host),
  };
}

/** Somebody new with an authenticator for codes, on the shop's page. */
export async function customer(setting: Setting, host = `shop.${DOMAIN}`): Promise<Customer> {
  const who = await createPerson(setting.stack);
  const visitor = await visit(setting.browser, setting.at(host));
  return { who, visitor, acts: actsOn(visitor.page) };
}

export async function signInByCode(setting: Setting, { who, acts }: Customer): Promise<void> {
  await acts.giveLogin(who.login, PASSWORD);
  await acts.giveCode(await freshCode(setting.stack, who));
  await acts.said('You are signed in.');
}

/** Signs in by code, adds a passkey, and signs out on a browser that is a new one then. */
export async function addPasskey(setting: Setting, somebody: Customer): Promise<void> {
  const { acts, visitor } = somebody;
  await signInByCode(setting, somebody);
  await acts.addPasskey();
  await acts.said('Passkey added: Passkey');
  await acts.signOut();
  await visitor.forgetDevice();
}

/** What the store says of somebody. */
export async function storedOf({ stack }: Setting, { userId }: Person) {
  const sql = async <Row extends object>(text: string) =>
    (await stack.database.pool.query<Row>(text, [userId])).rows;
  const sessions = await sql<{ amr: string[] }>(
    `select p.amr from sessions s join proofs p on p.session_id = s.id
     where s.user_id = $1 and s.revoked_at is null order by p.at`,
  );
  return {
    passkeys: await sql<{ state: string; signCount: number; transports: string[]; used: boolean }>(
      `select state, sign_count::int as "signCount", transports, last_used_at is not null as used
       from passkeys where user_id = $1`,
    ),
    /** How each proof of a live session was given. */
    proofs: sessions.map(({ amr }) => amr),
    /** The verdicts on every answer, in their order. */
    verdicts: (
      await sql<{ verdict: string }>(
        `select a.method || ' ' || (a.outcome->>'kind') as verdict from mfa_attempts a
         join mfa_sessions m on m.id_hash = a.session_id_hash where m.user_id = $1 order by a.created_at`,
      )
    ).map(({ verdict }) => verdict),
  };
}
