/** Passkeys of one domain on the pages of another one, in a real Chromium (WebAuthn L3 §5.11). */
import { PASSWORD } from '../sdk/support/people';
import { hasChromium } from './support/chromium';
import { addPasskey, customer, PLATFORM, signInByCode, storedOf, useShop } from './support/setting';

const LOGIN = 'login.example.test';
const SHOP = 'shop.elsewhere.test';
const STRANGER = 'stranger.elsewhere.test';

// Where there is no browser for the machine's kind, and none is installed.
const withBrowser = hasChromium() ? describe : describe.skip;

withBrowser('a page outside the domain of the passkeys', () => {
  const setting = useShop({
    env: () => ({ PUBLIC_URL: `https://${LOGIN}`, WEBAUTHN_RELATED_ORIGINS: `https://${SHOP}` }),
    overTls: { api: [LOGIN], shop: [SHOP, STRANGER] },
  });

  it('that is named as related uses them like any other', async () => {
    const somebody = await customer(setting, SHOP);
    const { who, visitor, acts } = somebody;
    const authenticator = await visitor.addAuthenticator(PLATFORM);
    await addPasskey(setting, somebody);
    expect(await authenticator.credentials()).toEqual([expect.objectContaining({ rpId: LOGIN })]);
    await acts.giveLogin(who.login, PASSWORD);
    await acts.press('Use a passkey');
    await acts.said('You are signed in.');
    expect((await storedOf(setting, who)).verdicts).toEqual(['totp verified', 'passkey verified']);
    await visitor.leave();
  });

  it('that is not named is refused, though it is below the same domain as one that is', async () => {
    const somebody = await customer(setting, STRANGER);
    const { who, visitor, acts } = somebody;
    const authenticator = await visitor.addAuthenticator(PLATFORM);
    await signInByCode(setting, somebody);
    await acts.addPasskey();
    await acts.said('Passkeys do not work at this address.');
    expect(await authenticator.credentials()).toEqual([]);
    expect((await storedOf(setting, who)).passkeys).toEqual([]);
    await visitor.leave();
  });
});
