/** The addresses that attackers come from. */
import { drawAddress, drawPooled } from './addresses';
import { COUNTRIES } from './countries';
import { chordKm, type Point } from './geometry';
import type { Random } from './random';
import type { User } from './user';
import { pickProvider, type Block, type Exits, type World } from './world';

const FAR_KM = 1000;
const TRIES = 40;
const POOL = 128;

/** Somebody's line in another country than the victim's, at least `beyondKm` from a place if there is one. */
export function foreignLine(
  world: World,
  away: { from: string; place?: Point; beyondKm?: number },
  random: Random,
): string | undefined {
  const countries = COUNTRIES.filter(
    ({ code, attackers }) => attackers > 0 && code !== away.from && world.providers.has(code),
  );
  for (let attempt = 0; attempt < TRIES && countries.length > 0; attempt += 1) {
    const { code } = random.pickBy(countries, ({ attackers }) => attackers);
    const kind = random.chance(0.7) ? 'fixed' : 'mobile';
    const blocks = pickProvider(world, { country: code, kind }, random)?.ipv4 ?? [];
    const block = blocks.length > 0 ? random.pick(blocks) : undefined;
    if (block !== undefined && isBeyond(block, away)) return drawAddress(block, random);
  }
  return undefined;
}

function isBeyond(block: Block, { place, beyondKm }: { place?: Point; beyondKm?: number }): boolean {
  return place === undefined || chordKm(block, place) > (beyondKm ?? FAR_KM);
}

/** An exit in another country, far from a place if there is one. */
export function foreignExit(
  { everywhere }: Exits,
  away: { from: string; place?: Point },
  random: Random,
): string | undefined {
  for (let attempt = 0; attempt < TRIES && everywhere.length > 0; attempt += 1) {
    const block = random.pick(everywhere);
    if (block.country !== away.from && isBeyond(block, away)) return drawPooled(block, POOL, random);
  }
  return undefined;
}

/** An exit in a country; undefined when there is none. */
export function exitIn({ byCountry }: Exits, country: string, random: Random): string | undefined {
  const there = byCountry.get(country) ?? [];
  return there.length > 0 ? drawPooled(random.pick(there), POOL, random) : undefined;
}

/** A Tor exit. */
export function torExit({ tor }: World, random: Random): string | undefined {
  return tor.length > 0 ? drawAddress(random.pick(tor), random) : undefined;
}

/** Somebody else's line in the victim's country: a residential proxy. */
export function residentialProxy(world: World, user: User, random: Random): string {
  const { country } = user.home.provider;
  const blocks = pickProvider(world, { country, kind: 'fixed' }, random)?.ipv4 ?? [];
  return drawAddress(blocks.length > 0 ? random.pick(blocks) : user.home.block, random);
}

/** Another line of the victim's provider in the victim's town; an address that the victim did not use lately. */
export function neighbourLine({ home, recentIps }: User, random: Random): string {
  let address = home.address;
  for (
    let attempt = 0;
    attempt < TRIES && (address === home.address || recentIps.includes(address));
    attempt += 1
  ) {
    address = drawAddress(random.pick(home.ipv4), random);
  }
  return address;
}
