/** Proofs and the tokens they are bound to, used well and badly: neither may be found anywhere afterwards. */
import { newSender } from '../../support/dpop-sender';
import { hex, type Shop, type Stage } from './canary-stage';

/** A client binds a token to a key, uses it, and has a proof refused for every reason that could be told. */
export async function proveKeys({ instance, call, plant }: Stage, shop: Shop): Promise<void> {
  const sender = await newSender();
  const prove = (name: string, method: string, path: string, token?: string, claims = {}) =>
    sender
      .prove(
        { method, url: instance.now.api + path, token },
        { claims: { jti: plant(`jti of ${name}`, hex()), ...claims } },
      )
      .then((proof) => {
        plant(name, proof.split('.')[2] ?? '');
        return proof;
      });
  const tokenPath = '/api/v1/oauth/token';
  const issue = async (dpop: string) =>
    call('POST', tokenPath, {
      as: shop.clientId,
      clientSecret: shop.clientSecret,
      headers: { dpop },
      raw: 'grant_type=client_credentials',
      contentType: 'application/x-www-form-urlencoded',
    });
  const issued = await issue(await prove('proof', 'POST', tokenPath));
  const token = issued.body['access_token'] as string;
  if (issued.body['token_type'] !== 'DPoP') throw new Error(`not bound: ${issued.text}`);
  plant('bound access token', token.split('.')[2] ?? '');
  await issue(await prove('proof of another method', 'GET', tokenPath));
  const path = '/api/v1/auth/mfa/status';
  const use = (authorization: string, dpop: string) =>
    call('GET', path, { headers: { authorization, dpop } });
  const good = await prove('proof of use', 'GET', path, token);
  await use(`DPoP ${token}`, good);
  await use(`DPoP ${token}`, good);
  await use(`Bearer ${token}`, good);
  await use(`DPoP ${token}`, await prove('stale proof', 'GET', path, token, { iat: 1 }));
  await use(`DPoP ${token}`, plant('nonsense for a proof', `zz${hex()}`));
}
