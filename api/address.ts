/** Addresses as callers send them. */
import { canonicalIp } from '../network/ip-address';
import { Problem } from './problem';

/** The canonical form of an address, or a 400 problem that names where it stood (`body/ip`). */
export function parseAddress(text: string, where: string): string {
  const ip = canonicalIp(text);
  if (ip === null) throw new Problem('invalid_request', { detail: `${where}: is not an IP address.` });
  return ip;
}
