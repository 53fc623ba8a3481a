/** The shop's page as such: everything on it has a name, nothing on it runs that is not the shop's. */
import { PASSWORD } from '../sdk/support/people';
import { hasChromium } from './support/chromium';
import { addPasskey, customer, DOMAIN, PLATFORM, signInByCode, useShop } from './support/setting';

// Where there is no browser for the machine's kind, and none is installed.
const withBrowser = hasChromium() ? describe : describe.skip;

withBrowser("the shop's page", () => {
  const setting = useShop();

  it('names every field by a label and every button by its text, and tells news to those who cannot see', async () => {
    const { visitor } = await customer(setting);
    const nameless = await visitor.page.evaluate(`
      [...document.querySelectorAll('input, button')]
        .filter((one) => (one.labels?.[0] ?? one).textContent.trim() === '')
        .map(({ id }) => id)`);
    expect(nameless).toEqual([]);
    expect(await visitor.page.getByRole('status').count()).toBe(1);
    expect(await visitor.page.locator('html').getAttribute('lang')).toBe('en');
    await visitor.leave();
  });

  it('can be used by keyboard: the focus is where the user has to go on', async () => {
    const somebody = await customer(setting);
    const { who, visitor, acts } = somebody;
    await visitor.addAuthenticator(PLATFORM);
    await addPasskey(setting, somebody);
    await acts.giveLogin(who.login, PASSWORD);
    const { keyboard } = visitor.page;
    // The first of what is offered: the passkey.
    await keyboard.press('Enter');
    await acts.said('You are signed in.');
    await keyboard.type('12.50');
    await keyboard.press('Tab');
    await keyboard.type('Books Ltd');
    await keyboard.press('Enter');
    await visitor.page.getByRole('heading', { name: 'Prove that it is you' }).waitFor();
    await keyboard.press('Enter');
    await acts.said('Paid 12.50 EUR to Books Ltd.');
    await visitor.leave();
  });

  it('shows markup as text and runs no script of others, inline neither', async () => {
    const somebody = await customer(setting);
    const { who, visitor, acts } = somebody;
    await visitor.addAuthenticator(PLATFORM);
    await addPasskey(setting, somebody);
    await acts.giveLogin(who.login, PASSWORD);
    await acts.press('Use a passkey');
    await acts.said('You are signed in.');
    const markup = '<img src=x onerror="document.title=1">';
    await acts.pay('1', markup);
    await acts.press('Use a passkey');
    await acts.said(`Paid 1 EUR to ${markup}.`);
    expect(visitor.problems).toEqual([]);

    // Whatever got into the page all the same would not run.
    await visitor.page.evaluate(`
      document.body.insertAdjacentHTML('beforeend', '<img src="/none" onerror="document.title = 1">');
      document.body.append(Object.assign(document.createElement('script'), { textContent: 'document.title = 2' }))`);
    await visitor.page.waitForFunction(`document.querySelector('img')?.complete`);
    expect(await visitor.page.title()).toBe('Shop');
    expect(visitor.problems.join()).toContain('Content Security Policy');
    await visitor.leave();
  });

  it('asks for no second factor on a device that is trusted, and no script can take that trust away with it', async () => {
    const somebody = await customer(setting);
    const { who, visitor, acts } = somebody;
    await signInByCode(setting, somebody);
    await acts.signOut();
    const kept = await visitor.page.evaluate('document.cookie + Object.keys(localStorage)');
    expect(kept).toBe('device');
    await visitor.page.getByLabel('Login').fill(who.login);
    await visitor.page.getByLabel('Password').fill(PASSWORD);
    await acts.press('Sign in');
    await acts.said('You are signed in.');
    await visitor.leave();
  });

  it('is shown in no frame of another page', async () => {
    const { visitor } = await customer(setting, `other.${DOMAIN}`);
    const shop = setting.at(`shop.${DOMAIN}`);
    await visitor.page.route('**/framing', (route) =>
      route.fulfill({ contentType: 'text/html', body: `<iframe src="${shop}/"></iframe>` }),
    );
    await visitor.page.goto(`${setting.at(`other.${DOMAIN}`)}/framing`);
    const [, framed] = visitor.page.frames();
    expect(framed?.url()).toMatch(/^chrome-error:/);
    expect(await framed?.locator('#login').count()).toBe(0);
    await visitor.leave();
  });
});
