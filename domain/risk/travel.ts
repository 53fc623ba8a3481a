/** Distance and speed on Earth between two uncertain places. */
import type { Coordinates } from './facts';

/** Mean Earth radius (IUGG). */
const EARTH_RADIUS_KM = 6371;
/** A larger uncertainty says "somewhere in this country" and would explain away any journey. */
const MAX_RADIUS_KM = 200;
const MIN_TRAVEL_HOURS = 1 / 60;
const MIN_DISTANCE_KM = 100;
/** Above the speed of an airliner, door to door. */
export const MAX_SPEED_KMH = 1000;
export const MS_PER_HOUR = 3_600_000;

export interface Journey {
  readonly distanceKm: number;
  readonly speedKmh: number;
  readonly impossible: boolean;
}

/** Great-circle distance in km (haversine); right across the antimeridian and at the poles. */
export function haversineKm(from: Coordinates, to: Coordinates): number {
  const latitudes = Math.sin(radians(to.latitude - from.latitude) / 2) ** 2;
  const longitudes = Math.sin(radians(to.longitude - from.longitude) / 2) ** 2;
  const chord = latitudes + Math.cos(radians(from.latitude)) * Math.cos(radians(to.latitude)) * longitudes;
  // Rounding can lift antipodal points just above 1, where asin is NaN.
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.sqrt(Math.min(1, chord)));
}

/** The least distance in km that two uncertain places can be apart: 0 where their circles meet. */
export function distanceBeyondRadiiKm(from: Coordinates, to: Coordinates): number {
  const uncertainty = Math.min(from.radiusKm, MAX_RADIUS_KM) + Math.min(to.radiusKm, MAX_RADIUS_KM);
  return Math.max(0, haversineKm(from, to) - uncertainty);
}

/**
 * The journey between two sign-ins `elapsedMs` apart. Time never counts as less than a minute, so that clocks that
 * disagree cannot make it negative.
 */
export function journeyBetween(from: Coordinates, to: Coordinates, elapsedMs: number): Journey {
  const distanceKm = distanceBeyondRadiiKm(from, to);
  const speedKmh = distanceKm / Math.max(elapsedMs / MS_PER_HOUR, MIN_TRAVEL_HOURS);
  return {
    distanceKm,
    speedKmh,
    impossible: distanceKm >= MIN_DISTANCE_KM && speedKmh > MAX_SPEED_KMH,
  };
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
