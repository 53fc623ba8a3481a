/** Who we are to authenticators (WebAuthn "relying party"): the domain that passkeys belong to, and whose pages may use them. */

export interface RelyingParty {
  /** A domain. Passkeys are bound to it for ever: with another one they are lost. */
  readonly id: string;
  readonly name: string;
  /** Exactly these; `relatedOrigins` among them. */
  readonly origins: readonly string[];
  /** Pages outside the domain: a browser lets them in when it finds them at `/.well-known/webauthn` (WebAuthn L3 §5.11). */
  readonly relatedOrigins: readonly string[];
}

const NAME = 'ZewstID';
const ANDROID_APP = /^android:apk-key-hash:[A-Za-z0-9_-]{43}$/;

interface RelyingPartySettings {
  readonly PUBLIC_URL: string;
  readonly WEBAUTHN_RP_ID: string;
  readonly WEBAUTHN_ORIGINS: string;
  readonly WEBAUTHN_RELATED_ORIGINS: string;
}

/** Reads the settings; what is empty comes from `PUBLIC_URL`. Throws, naming the variable but no value. */
export function relyingPartyOf(settings: RelyingPartySettings): RelyingParty {
  const publicUrl = pageOf(settings.PUBLIC_URL);
  const id = settings.WEBAUTHN_RP_ID || publicUrl.hostname;
  const named = listed(settings.WEBAUTHN_ORIGINS);
  const own = named.length === 0 ? [publicUrl.origin] : named;
  for (const origin of own) assertOriginOf(id, origin);
  const relatedOrigins = listed(settings.WEBAUTHN_RELATED_ORIGINS);
  for (const origin of relatedOrigins) assertRelated(origin);
  return { id, name: NAME, origins: [...own, ...relatedOrigins], relatedOrigins };
}

function listed(setting: string): string[] {
  return setting
    .split(',')
    .map((origin) => origin.trim())
    .filter((origin) => origin !== '');
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
  const url = webOrigin(origin);
  if (!url)
    throw new Error('WEBAUTHN_ORIGINS must be origins like https://login.example.org, separated by commas');
  if (url.hostname !== id && !url.hostname.endsWith(`.${id}`))
    throw new Error('WEBAUTHN_RP_ID must be the domain of every WEBAUTHN_ORIGINS, or a domain above it');
}

/** Browsers read the list over TLS and take no other page from it. */
function assertRelated(origin: string): void {
  if (webOrigin(origin)?.protocol !== 'https:')
    throw new Error(
      'WEBAUTHN_RELATED_ORIGINS must be origins like https://shop.example.com, separated by commas',
    );
}

/** An origin and nothing more: what is compared as a whole must not be written in two ways. */
function webOrigin(origin: string): URL | undefined {
  const url = URL.canParse(origin) ? new URL(origin) : undefined;
  return url && /^https?:$/.test(url.protocol) && url.origin === origin ? url : undefined;
}
