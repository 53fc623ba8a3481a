/** Commercial VPNs that users sign in through. */
import { drawPooled } from './addresses';
import type { Spot } from './lines';
import type { Random } from './random';
import { sample, type Block, type World } from './world';

export interface VpnHabit {
  /** Of the days: who switches it on leaves it on. */
  readonly share: number;
  /** The usual one first. */
  readonly exits: readonly Block[];
}

const ALWAYS_USERS = 0.03;
const SOMETIMES_USERS = 0.09;
const ALWAYS_SHARE = 0.97;
const SOMETIMES_SHARE = 0.15;
/** Of the sign-ins outside the office on such a day. */
const IN_USE_SHARE = 0.92;
const HOME_EXIT_SHARE = 0.7;
const SERVERS = 3;
const USUAL_SERVER_SHARE = 0.8;
const ADDRESSES_OF_SERVER = 16;

/** Whether and how a user of this country uses a VPN. */
export function createVpnHabit(world: World, country: string, random: Random): VpnHabit | undefined {
  const isAlwaysOn = random.chance(ALWAYS_USERS);
  if (!isAlwaysOn && !random.chance(SOMETIMES_USERS)) return undefined;
  const atHome = world.vpn.byCountry.get(country) ?? [];
  const pool = atHome.length > 0 && random.chance(HOME_EXIT_SHARE) ? atHome : world.vpn.everywhere;
  if (pool.length === 0) return undefined;
  const exits = sample(pool, SERVERS, random);
  return { share: isAlwaysOn ? ALWAYS_SHARE : SOMETIMES_SHARE, exits };
}

/** Whether a sign-in of a VPN day goes through it. */
export function goesThroughVpn(random: Random): boolean {
  return random.chance(IN_USE_SHARE);
}

/** A sign-in through it: one of the few addresses of a server. */
export function vpnSpot({ exits }: VpnHabit, random: Random): Spot {
  const [usual] = exits;
  const block = usual !== undefined && random.chance(USUAL_SERVER_SHARE) ? usual : random.pick(exits);
  return { ip: drawPooled(block, ADDRESSES_OF_SERVER, random), point: block, isMasked: true };
}
