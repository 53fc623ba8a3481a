/** Whether the user has been seen in this country and region, or whether the place is not known at all. */
import type { Signal } from '../assessment';
import { distanceBeyondRadiiKm } from '../travel';
import { isNewIp } from './new-ip';
import { signal } from './rule';
import type { RuleContext } from './rule';

const NEW_REGION_KM = 100;

/** `new_country`; no verdict while no country of the user is known. */
export function newCountry(context: RuleContext): readonly Signal[] {
  const { country } = context.facts.network;
  const known = knownCountries(context);
  const isNew = country !== undefined && known.size > 0 && !known.has(country);
  return isNew ? [signal(context, 'new_country')] : [];
}

/** `new_region`: from a new address in a known country, more than 100 km beyond both radii from every known place. */
export function newRegion(context: RuleContext): readonly Signal[] {
  const { country, coordinates } = context.facts.network;
  const { places } = context.profile;
  if (coordinates === undefined || country === undefined || places.length === 0) return [];
  if (!knownCountries(context).has(country) || !isNewIp(context)) return [];
  const isFar = places.every((place) => distanceBeyondRadiiKm(place, coordinates) > NEW_REGION_KM);
  return isFar ? [signal(context, 'new_region')] : [];
}

/** `geo_unknown`: the country of a known user's address is not known, so nothing about the place can be ruled out. */
export function geoUnknown(context: RuleContext): readonly Signal[] {
  return context.facts.network.country === undefined ? [signal(context, 'geo_unknown')] : [];
}

function knownCountries({ profile }: RuleContext): ReadonlySet<string> {
  const countries = new Set<string>();
  for (const { country } of [...profile.networks, ...profile.places]) {
    if (country !== undefined) countries.add(country);
  }
  return countries;
}
