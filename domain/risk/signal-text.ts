/** Signals in words, for administrators and the audit. */
import type { SignalCode } from './assessment';

const SIGNAL_WORDS: Readonly<Record<SignalCode, string>> = {
  new_device: 'new device',
  trust_expired: 'device trust expired',
  untrusted_device: 'untrusted device',
  new_ip: 'new IP address',
  new_country: 'new country',
  new_region: 'new region',
  impossible_travel: 'impossible travel',
  threat_intel: 'address on a threat list',
  tor_exit: 'Tor exit',
  vpn: 'VPN',
  hosting: 'hosting network',
  failed_attempts: 'repeated failed attempts',
  account_failures: 'failed attempts from other devices',
  ip_spraying: 'many accounts failing from this address',
  bot_agent: 'automated client',
  trusted_device: 'trusted device',
  first_sign_in: 'first sign-in',
  geo_unknown: 'unknown place',
};

/** A signal in words, such as "new device". */
export function signalText(code: SignalCode): string {
  return SIGNAL_WORDS[code];
}
