/** A passkey registered and used, well and badly: what it signed is found nowhere afterwards, and what names it in Postgres alone. */
import { createAuthenticator, type Authenticator } from '../../support/software-authenticator';
import { hex, type Shop, type Stage } from './canary-stage';

/** What Postgres keeps in clear. */
export const STORED_OF_PASSKEYS = [
  'login with a passkey',
  'credential id',
  'user handle',
  'name of a passkey',
];

export async function usePasskey(stage: Stage, shop: Shop): Promise<void> {
  const { call, plant, browser } = stage;
  const created = await call('POST', '/api/v1/users', {
    as: 'operator',
    body: { login: plant('login with a passkey', `login-${hex()}`) },
  });
  const userId = created.body['userId'] as string;
  const authenticator = await register(stage, userId);
  const { clientId: as, clientSecret } = shop;
  const body = { userId, ...browser };
  const challenge = await call('POST', '/api/v1/auth/mfa/status/check', { as, clientSecret, body });
  const mfaSessionId = plant('mfaSessionId for a passkey', challenge.body['mfaSessionId']);
  const answer = async (name: string, lies = {}) => {
    const asked = await call('POST', '/api/v1/auth/mfa/challenge/passkey', { body: { mfaSessionId } });
    plant(`challenge of ${name}`, asked.body['challenge']);
    const credential = authenticator.get(asked.body, lies);
    plant(`signature of ${name}`, credential['response'].signature);
    plant(`client data of ${name}`, credential['response'].clientDataJSON);
    return call('POST', '/api/v1/auth/mfa/verify', {
      body: { mfaSessionId, method: 'passkey', credential },
    });
  };
  await answer('an assertion for another page', {
    clientData: { origin: plant('origin of another page', `http://evil-${hex()}.example`) },
  });
  const verified = await answer('an assertion');
  if (verified.status !== 200) throw new Error(`not verified: ${verified.text}`);
}

async function register({ instance, call, plant }: Stage, userId: string): Promise<Authenticator> {
  const path = '/api/v1/auth/mfa/methods/passkeys';
  const as = 'operator';
  const options = await call('POST', `${path}/options?userId=${userId}`, { as });
  plant('challenge of a registration', options.body['challenge']);
  plant('user handle', options.body['user'].id);
  const { port } = new URL(instance.now.api);
  const authenticator = createAuthenticator({ origin: `http://localhost:${port}`, rpId: 'localhost' });
  const credential = authenticator.create(options.body);
  plant('credential id', credential['id']);
  plant('client data of a registration', credential['response'].clientDataJSON);
  const name = plant('name of a passkey', `key-${hex()}`);
  const url = `${path}?userId=${userId}`;
  const registered = await call('POST', url, { as, body: { name, credential } });
  if (registered.status !== 201) throw new Error(`not registered: ${registered.text}`);
  await call('POST', url, { as, body: { name, credential } });
  return authenticator;
}
