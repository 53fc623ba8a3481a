/** What no passkey does, in a real Chromium: pass without its user, or for another page or domain than its own. */
import { createPerson, freshCode, PASSWORD } from '../sdk/support/people';
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

// Where there is no browser for the machine's kind, and none is installed.
const withBrowser = hasChromium() ? describe : describe.skip;

withBrowser('a passkey in a browser', () => {
  const setting = useShop();

  it('is not registered without user verification, whatever the page was told to ask for', async () => {
    const somebody = await customer(setting);
    const { who, visitor, acts } = somebody;
    await visitor.addAuthenticator({ transport: 'usb', resident: false, verifying: false });
    await signInByCode(setting, somebody);
    await acts.addPasskey();
    await acts.said(UNUSED);
    // The same with a page that somebody altered: now the browser lets it pass, and the server does not.
    await visitor.alterOptions(`{ ...options, authenticatorSelection: { userVerification: 'discouraged' } }`);
    await acts.addPasskey();
    await acts.said(REFUSED);
    expect((await storedOf(setting, who)).passkeys).toEqual([]);
    await visitor.leave();
  });

  it('grants nothing without user verification, and the session takes another method', async () => {
    const somebody = await customer(setting);
    const { who, visitor, acts } = somebody;
    const authenticator = await visitor.addAuthenticator(PLATFORM);
    await addPasskey(setting, somebody);
    await acts.giveLogin(who.login, PASSWORD);
    await authenticator.verifies(false);
    await acts.press('Use a passkey');
    await acts.said(UNUSED);
    expect((await storedOf(setting, who)).verdicts).toEqual(['totp verified']);
    await visitor.alterOptions(`{ ...options, userVerification: 'discouraged' }`);
    await acts.press('Use a passkey');
    await acts.said(REFUSED);
    const refused = await storedOf(setting, who);
    expect(refused.verdicts).toEqual(['totp verified', 'passkey wrong']);
    expect([refused.proofs, refused.passkeys[0]?.used]).toEqual([[], false]);

    await acts.giveCode(await freshCode(setting.stack, who));
    await acts.said('You are signed in.');
    expect((await storedOf(setting, who)).proofs).toEqual([expect.arrayContaining(['otp'])]);
    await visitor.leave();
  });

  it('made on a page of the domain that is not named in the configuration is refused', async () => {
    const somebody = await customer(setting, `other.${DOMAIN}`);
    const { who, visitor, acts } = somebody;
    const authenticator = await visitor.addAuthenticator(PLATFORM);
    await signInByCode(setting, somebody);
    await acts.addPasskey();
    await acts.said(REFUSED);
    // The browser made it: the page is below the domain. It is the server that knows the page by its whole origin.
    expect(await authenticator.credentials()).toEqual([expect.objectContaining({ rpId: DOMAIN })]);
    expect((await storedOf(setting, who)).passkeys).toEqual([]);
    await visitor.leave();
  });

  it('used on a page of the domain that is not named in the configuration proves nothing', async () => {
    const somebody = await customer(setting);
    const { who, visitor, acts } = somebody;
    await visitor.addAuthenticator(PLATFORM);
    await addPasskey(setting, somebody);
    await visitor.page.goto(setting.at(`other.${DOMAIN}`));
    await acts.giveLogin(who.login, PASSWORD);
    await acts.press('Use a passkey');
    await acts.said(REFUSED);
    const { proofs, verdicts } = await storedOf(setting, who);
    expect([proofs, verdicts]).toEqual([[], ['totp verified', 'passkey wrong']]);
    await visitor.leave();
  });

  it('of another domain is refused: by the browser, and by the server when the page asks for its own domain', async () => {
    const somebody = await customer(setting, 'phishing.localhost');
    const { who, visitor, acts } = somebody;
    const authenticator = await visitor.addAuthenticator(PLATFORM);
    await signInByCode(setting, somebody);
    await acts.addPasskey();
    await acts.said('Passkeys do not work at this address.');
    await visitor.alterOptions(`{ ...options, rp: { name: 'Shop', id: 'phishing.localhost' } }`);
    await acts.addPasskey();
    await acts.said(REFUSED);
    expect(await authenticator.credentials()).toEqual([
      expect.objectContaining({ rpId: 'phishing.localhost' }),
    ]);
    expect((await storedOf(setting, who)).passkeys).toEqual([]);
    await visitor.leave();
  });

  it('of somebody else signs nobody in', async () => {
    const somebody = await customer(setting);
    const { visitor, acts } = somebody;
    const victim = await createPerson(setting.stack);
    await visitor.addAuthenticator(PLATFORM);
    await addPasskey(setting, somebody);
    await acts.giveLogin(victim.login, PASSWORD);
    expect(await visitor.page.getByRole('button', { name: 'Use a passkey' }).isVisible()).toBe(false);
    expect((await storedOf(setting, victim)).proofs).toEqual([]);
    await visitor.leave();
  });
});
