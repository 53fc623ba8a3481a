/**
 * Passkeys of the shop's customers in a real Chromium, with the virtual authenticators of its DevTools protocol:
 * what the page says, and what Postgres says.
 */
import { freshCode, PASSWORD } from '../sdk/support/people';
import { hasChromium } from './support/chromium';
import {
  addPasskey,
  customer,
  DOMAIN,
  PLATFORM,
  REFUSED,
  signInByCode,
  storedOf,
  UNUSED,
  useShop,
} from './support/setting';
import type { AuthenticatorKind } from './support/visitor';

const KINDS: [string, AuthenticatorKind][] = [
  ['in the device, found without a name', { transport: 'internal', resident: true }],
  ['in the device, named by the server', { transport: 'internal', resident: false }],
  ['on a security key, found without a name', { transport: 'usb', resident: true }],
  ['on a security key, named by the server', { transport: 'usb', resident: false }],
];

// Where there is no browser for the machine's kind, and none is installed.
const withBrowser = hasChromium() ? describe : describe.skip;

withBrowser('a passkey in a browser', () => {
  const setting = useShop();

  it.each(KINDS)('%s: is registered, signs in and approves a payment', async (_title, kind) => {
    const somebody = await customer(setting);
    const { who, visitor, acts } = somebody;
    const authenticator = await visitor.addAuthenticator(kind);
    await addPasskey(setting, somebody);
    expect(await authenticator.credentials()).toEqual([
      expect.objectContaining({ rpId: DOMAIN, isResidentCredential: kind.resident }),
    ]);
    expect((await storedOf(setting, who)).passkeys).toEqual([
      { state: 'active', signCount: expect.any(Number), transports: [kind.transport], used: false },
    ]);

    await acts.giveLogin(who.login, PASSWORD);
    await acts.press('Use a passkey');
    await acts.said('You are signed in.');
    await acts.pay('12.50', 'Books Ltd');
    await acts.press('Use a passkey');
    await acts.said('Paid 12.50 EUR to Books Ltd.');

    const [credential] = await authenticator.credentials();
    const stored = await storedOf(setting, who);
    expect(stored.passkeys).toEqual([
      expect.objectContaining({ state: 'active', signCount: credential?.signCount, used: true }),
    ]);
    expect(stored.proofs).toHaveLength(2);
    for (const amr of stored.proofs) expect(amr).toEqual(expect.arrayContaining(['hwk', 'user', 'mfa']));
    expect(stored.verdicts).toEqual(['totp verified', 'passkey verified', 'passkey verified']);
    expect(visitor.problems).toEqual([]);
    await visitor.leave();
  });

  it('is registered with fresh proof only: after five minutes the page asks for one first', async () => {
    const somebody = await customer(setting);
    const { who, visitor, acts } = somebody;
    await visitor.addAuthenticator(PLATFORM);
    await signInByCode(setting, somebody);
    await setting.stack.database.pool.query(
      `update proofs set at = at - interval '6 minutes' where user_id = $1`,
      [who.userId],
    );
    await acts.addPasskey('Laptop');
    await acts.giveCode(await freshCode(setting.stack, who));
    await acts.said('Passkey added: Laptop');
    expect((await storedOf(setting, who)).verdicts).toEqual(['totp verified', 'totp verified']);
    await visitor.leave();
  });

  it('is registered once: the authenticator that has it declines', async () => {
    const somebody = await customer(setting);
    const { who, visitor, acts } = somebody;
    await visitor.addAuthenticator(PLATFORM);
    await signInByCode(setting, somebody);
    await acts.addPasskey();
    await acts.said('Passkey added: Passkey');
    await acts.addPasskey('Again');
    await acts.said('This passkey is registered already.');
    expect((await storedOf(setting, who)).passkeys).toHaveLength(1);
    await visitor.leave();
  });

  it('whose prompt stays open does not stand in the way of a code', async () => {
    const somebody = await customer(setting);
    const { who, visitor, acts } = somebody;
    const authenticator = await visitor.addAuthenticator(PLATFORM);
    await addPasskey(setting, somebody);
    await acts.giveLogin(who.login, PASSWORD);
    await authenticator.answers(false);
    const asked = visitor.page.waitForResponse('**/passkey/options');
    await acts.press('Use a passkey');
    await asked;
    await acts.giveCode(await freshCode(setting.stack, who));
    await acts.said('You are signed in.');
    expect((await storedOf(setting, who)).verdicts).toEqual(['totp verified', 'totp verified']);
    expect(visitor.problems).toEqual([]);
    await visitor.leave();
  });

  it('that is lost with its authenticator leaves the code', async () => {
    const somebody = await customer(setting);
    const { who, visitor, acts } = somebody;
    const authenticator = await visitor.addAuthenticator(PLATFORM);
    await addPasskey(setting, somebody);
    const [credential] = await authenticator.credentials();
    await authenticator.forget(credential?.credentialId ?? '');
    await acts.giveLogin(who.login, PASSWORD);
    await acts.press('Use a passkey');
    await acts.said(UNUSED);
    await acts.giveCode(await freshCode(setting.stack, who));
    await acts.said('You are signed in.');
    await visitor.leave();
  });

  it('that is removed from the account in the middle of a sign-in fails; then a code works, and no passkey is offered', async () => {
    const somebody = await customer(setting);
    const { who, visitor, acts } = somebody;
    await visitor.addAuthenticator(PLATFORM);
    await addPasskey(setting, somebody);
    await acts.giveLogin(who.login, PASSWORD);
    const factors = '/api/v1/auth/mfa/methods';
    const listed = await setting.stack.call('GET', `${factors}?userId=${who.userId}`, { as: 'operator' });
    const passkey = listed.body['methods'].find(({ type }: { type: string }) => type === 'passkey');
    await setting.stack.call('DELETE', `${factors}/${passkey.id}?userId=${who.userId}`, { as: 'operator' });
    await acts.press('Use a passkey');
    await acts.said(REFUSED);
    expect(await storedOf(setting, who)).toMatchObject({ passkeys: [], proofs: [] });

    await acts.press('Start over');
    await acts.giveLogin(who.login, PASSWORD);
    expect(await visitor.page.getByRole('button', { name: 'Use a passkey' }).isVisible()).toBe(false);
    await acts.giveCode(await freshCode(setting.stack, who));
    await acts.said('You are signed in.');
    await visitor.leave();
  });

  it('that was copied is disabled, and the code works', async () => {
    const somebody = await customer(setting);
    const { who, visitor, acts } = somebody;
    const authenticator = await visitor.addAuthenticator(PLATFORM);
    await addPasskey(setting, somebody);
    const [credential] = await authenticator.credentials();
    await authenticator.rewind(credential?.credentialId ?? '', 0);
    await acts.giveLogin(who.login, PASSWORD);
    await acts.press('Use a passkey');
    await acts.said(REFUSED);
    expect((await storedOf(setting, who)).passkeys).toEqual([expect.objectContaining({ state: 'disabled' })]);
    await acts.giveCode(await freshCode(setting.stack, who));
    await acts.said('You are signed in.');
    await visitor.leave();
  });
});
