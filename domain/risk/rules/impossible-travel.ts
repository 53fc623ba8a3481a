/** Whether nobody could have travelled here since the last completed sign-in. */
import type { Signal } from '../assessment';
import type { NetworkFacts } from '../facts';
import { journeyBetween } from '../travel';
import type { Journey } from '../travel';
import { isKnownIp } from './new-ip';
import { signal } from './rule';
import type { RuleContext } from './rule';

const EXPLAINED_POINTS = 10;

/** `impossible_travel`; worth less where a relay or a known address explains the jump. It still demands MFA. */
export function impossibleTravel(context: RuleContext): readonly Signal[] {
  if (journeyHere(context)?.impossible !== true) return [];
  const isExplained =
    context.profile.lastSignIn?.masked === true ||
    isMaskedNetwork(context.facts.network) ||
    isKnownIp(context);
  return [
    isExplained
      ? signal(context, 'impossible_travel', EXPLAINED_POINTS)
      : signal(context, 'impossible_travel'),
  ];
}

/** The journey since the last completed sign-in; no verdict unless both ends have coordinates. */
export function journeyHere({ profile, facts, now }: RuleContext): Journey | undefined {
  const from = profile.lastSignIn?.coordinates;
  const to = facts.network.coordinates;
  if (profile.lastSignIn === undefined || from === undefined || to === undefined) return undefined;
  return journeyBetween(from, to, now - profile.lastSignIn.at);
}

/** Whether the address is a VPN or hosting network by a fresh list: its place is not the user's. */
export function isMaskedNetwork({ classes }: NetworkFacts): boolean {
  return classes.includes('vpn') || classes.includes('hosting');
}
