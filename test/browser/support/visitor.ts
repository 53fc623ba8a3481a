/** Somebody at the shop's page, with virtual authenticators of the DevTools protocol (domain `WebAuthn`). */
import type { Browser, CDPSession, Page } from 'playwright-core';

const USER_AGENT =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/147.0.0.0 Safari/537.36';

export interface AuthenticatorKind {
  readonly transport: 'internal' | 'usb';
  /** Keeps passkeys itself, so that they are found without being named. */
  readonly resident: boolean;
  /** False for a key that asks for nothing but a touch. */
  readonly verifying?: boolean;
}

interface StoredCredential {
  readonly credentialId: string;
  readonly isResidentCredential: boolean;
  readonly rpId?: string;
  readonly signCount: number;
}

export type VirtualAuthenticator = Awaited<ReturnType<typeof addAuthenticator>>;
export type Visitor = Awaited<ReturnType<typeof visit>>;

/** A fresh browser profile at an address. `problems` is what the page complained about. */
export async function visit(browser: Browser, address: string) {
  const context = await browser.newContext({ userAgent: USER_AGENT });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    // A refusal of the server is shown on the page.
    const isRefusal = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !isRefusal) problems.push(message.text());
  });
  await page.goto(address);
  const devTools = await context.newCDPSession(page);
  await devTools.send('WebAuthn.enable', { enableUI: false });
  return {
    page,
    problems,
    addAuthenticator: (kind: AuthenticatorKind) => addAuthenticator(devTools, kind),
    /** The same authenticators at a browser that nobody knows. */
    async forgetDevice() {
      await context.clearCookies();
      await page.evaluate('localStorage.clear()');
      await page.reload();
    },
    /** The page as an attacker altered it: the browser is asked for these options (an expression of `options`). */
    alterOptions: (altered: string) =>
      page.evaluate(`
        for (const name of ['parseCreationOptionsFromJSON', 'parseRequestOptionsFromJSON']) {
          const parse = PublicKeyCredential[name];
          PublicKeyCredential[name] = (options) => parse.call(PublicKeyCredential, ${altered});
        }`),
    leave: () => context.close(),
  };
}

async function addAuthenticator(
  devTools: CDPSession,
  { transport, resident, verifying = true }: AuthenticatorKind,
) {
  const { authenticatorId } = await devTools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport,
      hasResidentKey: resident,
      hasUserVerification: verifying,
      isUserVerified: verifying,
      automaticPresenceSimulation: true,
    },
  });
  return {
    credentials: async (): Promise<StoredCredential[]> =>
      (await devTools.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
    /** Whether its user passes when asked for a finger or a PIN. */
    verifies: (isUserVerified: boolean) =>
      devTools.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified }),
    /** Whether its user is there at all; otherwise the prompt stays open. */
    answers: (enabled: boolean) =>
      devTools.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled }),
    forget: (credentialId: string) =>
      devTools.send('WebAuthn.removeCredential', { authenticatorId, credentialId }),
    /** Replaces what it knows of a credential, as a copy made earlier would. */
    async rewind(credentialId: string, signCount: number) {
      const { credential } = await devTools.send('WebAuthn.getCredential', { authenticatorId, credentialId });
      await devTools.send('WebAuthn.removeCredential', { authenticatorId, credentialId });
      await devTools.send('WebAuthn.addCredential', {
        authenticatorId,
        credential: { ...credential, signCount },
      });
    },
  };
}

/** What people do on the page. Each waits for what the page says then. */
export function actsOn(page: Page) {
  const press = (name: string) => page.getByRole('button', { name, exact: true }).click();
  const said = (text: string) => page.getByRole('status').getByText(text, { exact: true }).waitFor();
  return {
    press,
    said,
    async giveLogin(login: string, password: string) {
      await page.getByLabel('Login').fill(login);
      await page.getByLabel('Password').fill(password);
      await press('Sign in');
      await page.getByRole('heading', { name: 'Prove that it is you' }).waitFor();
    },
    async giveCode(code: string) {
      await page.getByLabel('Code from your authenticator').fill(code);
      await press('Send the code');
    },
    async addPasskey(name = 'Passkey') {
      await page.getByLabel('Name of the new passkey').fill(name);
      await press('Add a passkey');
    },
    async pay(amount: string, payee: string) {
      await page.getByLabel('Amount in EUR').fill(amount);
      await page.getByLabel('Payee').fill(payee);
      await press('Pay');
    },
    async signOut() {
      await press('Sign out');
      await said('You are signed out.');
    },
  };
}
