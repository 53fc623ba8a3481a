/** Where a web push may go. Devices name the address, so it must not be one inside our own network (SSRF). */
import { isIP } from 'node:net';
import { isPublicAddress } from './ip-address';

/** The default port of https: a push service has no other, an internal one may. */
const HTTPS_PORTS = ['', '443'];

/** Whether a URL may be a push service's: https, by name or by public address. What a name resolves to is checked when it is sent to. */
export function isPushEndpoint(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, port, hostname } = new URL(text);
  if (protocol !== 'https:' || username + password !== '' || !HTTPS_PORTS.includes(port)) return false;
  const host = hostname.replace(/^\[|\]$/g, '');
  return isIP(host) === 0 ? host.includes('.') : isPublicAddress(host);
}
