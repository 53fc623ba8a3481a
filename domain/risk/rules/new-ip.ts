/** Whether the user has been seen at this address, as the application's `ipMatch` understands it. */
import type { Signal } from '../assessment';
import type { KnownNetwork } from '../profile';
import { signal } from './rule';
import type { RuleContext } from './rule';

const SAME_PREFIX_POINTS = 5;
const SAME_ASN_POINTS = 15;
/** `adaptive`: so many sign-ins in an ASN tell whether it hands out changing addresses … */
const ADAPTIVE_SIGN_INS = 4;
/** … and so many different addresses per sign-in say that it does (CGNAT, daily DHCP). */
const ADAPTIVE_ADDRESSES_PER_SIGN_IN = 0.5;

/** `new_ip`: worth less from a prefix, or an ASN and country, the user already uses. */
export function newIp(context: RuleContext): readonly Signal[] {
  if (!isNewIp(context)) return [];
  const { profile, facts } = context;
  if (profile.networks.some((network) => network.prefixKey === facts.prefixKey)) {
    return [signal(context, 'new_ip', SAME_PREFIX_POINTS)];
  }
  const usesAsn = networksInAsn(context).length > 0;
  return [usesAsn ? signal(context, 'new_ip', SAME_ASN_POINTS) : signal(context, 'new_ip')];
}

/** Whether this very address is in the profile, whatever the mode. */
export function isKnownIp({ profile, facts }: RuleContext): boolean {
  return profile.networks.some((network) => network.ipKey === facts.ipKey);
}

/** Whether the address is new in the application's mode; an unknown mode is the strictest, `exact`. */
export function isNewIp(context: RuleContext): boolean {
  if (isKnownIp(context)) return false;
  switch (context.settings.ipMatch) {
    case 'asn':
      return networksInAsn(context).length === 0;
    case 'adaptive':
      return !rotatesAddresses(networksInAsn(context));
    case 'exact':
    default:
      return true;
  }
}

/** The user's networks in this address's ASN and country; none when either is unknown (AS 0 is nobody's, RFC 7607). */
function networksInAsn({ profile, facts }: RuleContext): readonly KnownNetwork[] {
  const { asn, country } = facts.network;
  if (asn === undefined || asn === 0 || country === undefined) return [];
  return profile.networks.filter((network) => network.asn === asn && network.country === country);
}

function rotatesAddresses(networks: readonly KnownNetwork[]): boolean {
  const signIns = networks.reduce((sum, network) => sum + network.signIns, 0);
  return signIns >= ADAPTIVE_SIGN_INS && networks.length / signIns >= ADAPTIVE_ADDRESSES_PER_SIGN_IN;
}
