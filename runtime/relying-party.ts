/** Who we are to authenticators (WebAuthn "relying party"): the domain that passkeys belong to, and whose pages may use them. */

export interface RelyingParty {
  /** A domain. Passkeys are bound to it for ever: with another one they are lost. */
  readonly id: string;
  readonly name: string;
  readonly origins: readonly string[];
}

const NAME = 'ZewstID';
const ANDROID_APP = /^android:apk-key-hash:[A-Za-z0-9_-]{43}$/;

interface RelyingPartySettings {
  readonly PUBLIC_URL: string;
  readonly WEBAUTHN_RP_ID: string;
  readonly WEBAUTHN_ORIGINS: string;
}

/** Reads the settings; what is empty comes from `PUBLIC_URL`. Throws, naming the variable but no value. */
export function relyingPartyOf(settings: RelyingPartySettings): RelyingParty {
  const publicUrl = pageOf(settings.PUBLIC_URL);
  const id = settings.WEBAUTHN_RP_ID || publicUrl.hostname;
  const named = settings.WEBAUTHN_ORIGINS.split(',').map((origin) => origin.trim());
  const origins = named.filter((origin) => origin !== '');
  if (origins.length === 0) origins.push(publicUrl.origin);
  for (const origin of origins) assertOriginOf(id, origin);
  return { id, name: NAME, origins };
}

/** Browsers take no address for a domain: a loopback instance is open to them at `localhost`. */
function pageOf(publicUrl: string): URL {
  const url = new URL(publicUrl);
  if (['127.0.0.1', '[::1]'].includes(url.hostname)) url.hostname = 'localhost';
  return url;
}

/** A page outside the domain would be refused by every browser: a wrong setting, found at the start. */
function assertOriginOf(id: string, origin: string): void {
  if (ANDROID_APP.test(origin)) return;
  const url = URL.canParse(origin) ? new URL(origin) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.origin !== origin)
    throw new Error('WEBAUTHN_ORIGINS must be origins like https://login.example.org, separated by commas');
  if (url.hostname !== id && !url.hostname.endsWith(`.${id}`))
    throw new Error('WEBAUTHN_RP_ID must be the domain of every WEBAUTHN_ORIGINS, or a domain above it');
}
