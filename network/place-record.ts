/**
 * Reads a decoded City or ASN record, whichever schema it has, into our own fields.
 * Nested: GeoLite2, GeoIP2 and DB-IP's own files. Flat: the ip-location-db packages (`country_code`, `state1` …).
 * The schema is told by the record itself, so that any file may stand behind GEOIP_CITY_DB.
 */
import type { Coordinates, NetworkFacts } from '../domain/risk/facts';

export type Place = Pick<NetworkFacts, 'country' | 'region' | 'city' | 'coordinates'>;
export type AutonomousSystem = Pick<NetworkFacts, 'asn' | 'asOrganization'>;

/** Assumed uncertainty, km, where a database gives none: about the size of a metropolitan area. */
export const DEFAULT_RADIUS_KM = 50;

/** Smaller than this (0.1 m) and not zero is no position but a double decoded from the wrong bytes. */
const SMALLEST_DEGREES = 1e-6;

/** Country (ISO 3166-1 alpha-2), region and city in English, WGS 84 degrees. Throws on impossible coordinates. */
export function readPlace(record: unknown): Place {
  if (!isRecord(record)) return {};
  return 'country_code' in record ? readFlat(record) : readNested(record);
}

/** `autonomous_system_number` and `_organization`, as in GeoLite2-ASN and GeoIP2-ISP. */
export function readAutonomousSystem(record: unknown): AutonomousSystem {
  if (!isRecord(record)) return {};
  const asn = record['autonomous_system_number'];
  return {
    ...(typeof asn === 'number' && Number.isInteger(asn) && asn > 0 && { asn }),
    ...textField('asOrganization', record['autonomous_system_organization']),
  };
}

function readFlat(record: Fields): Place {
  return {
    ...countryField(record['country_code']),
    ...textField('region', record['state1']),
    ...textField('city', record['city']),
    ...coordinatesField(record['latitude'], record['longitude'], undefined),
  };
}

function readNested(record: Fields): Place {
  const subdivisions = record['subdivisions'];
  const subdivision = fields(Array.isArray(subdivisions) ? (subdivisions as unknown[])[0] : undefined);
  const location = fields(record['location']);
  return {
    ...countryField(fields(record['country'])['iso_code']),
    ...textField('region', englishName(subdivision) ?? subdivision['iso_code']),
    ...textField('city', englishName(fields(record['city']))),
    ...coordinatesField(location['latitude'], location['longitude'], location['accuracy_radius']),
  };
}

type Fields = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null;
}

function fields(value: unknown): Fields {
  return isRecord(value) ? value : {};
}

function englishName(record: Fields): unknown {
  return fields(record['names'])['en'];
}

function textField<Name extends string>(name: Name, value: unknown): { [key in Name]?: string } {
  return typeof value === 'string' && value !== '' ? ({ [name]: value } as { [key in Name]?: string }) : {};
}

/** Two letters, or nothing: 'ZZ' and 'EU' are user-assigned or exceptional codes that name no country. */
function countryField(value: unknown): { country?: string } {
  const isCountry = typeof value === 'string' && /^[A-Z]{2}$/.test(value) && value !== 'ZZ' && value !== 'EU';
  return isCountry ? { country: value } : {};
}

function coordinatesField(
  latitude: unknown,
  longitude: unknown,
  radius: unknown,
): { coordinates?: Coordinates } {
  if (typeof latitude !== 'number' || typeof longitude !== 'number') return {};
  // 0,0 is open sea: the databases' word for unknown. As a place it would make everyone an impossible traveller.
  if (latitude === 0 && longitude === 0) return {};
  if (!isDegrees(latitude, 90) || !isDegrees(longitude, 180)) {
    throw new Error('a GeoIP record holds impossible coordinates: the database is damaged');
  }
  const radiusKm = typeof radius === 'number' && radius > 0 ? radius : DEFAULT_RADIUS_KM;
  return { coordinates: { latitude, longitude, radiusKm } };
}

function isDegrees(value: number, limit: number): boolean {
  const size = Math.abs(value);
  return size <= limit && (size === 0 || size >= SMALLEST_DEGREES);
}
