/** Distances, speeds and their limits. */
import * as fc from 'fast-check';
import type { Coordinates } from '../../../domain/risk/facts';
import { distanceBeyondRadiiKm, haversineKm, journeyBetween } from '../../../domain/risk/travel';
import { HOUR, MINUTE, NEW_YORK, TOKYO } from './fixtures';

const point = (latitude: number, longitude: number, radiusKm = 0): Coordinates => ({
  latitude,
  longitude,
  radiusKm,
});
const HALF_TURN_KM = Math.PI * 6371;
/** A point `km` along the equator from 0,0. */
const eastOfOrigin = (km: number): Coordinates => point(0, (km / HALF_TURN_KM) * 180);
const anyPoint = fc
  .tuple(
    fc.double({ min: -90, max: 90, noNaN: true }),
    fc.double({ min: -180, max: 180, noNaN: true }),
    fc.double({ min: 0, max: 5000, noNaN: true }),
  )
  .map(([latitude, longitude, radiusKm]) => point(latitude, longitude, radiusKm));

describe('distance', () => {
  it('is the great circle on a sphere of 6371 km', () => {
    expect(haversineKm(NEW_YORK, TOKYO)).toBeCloseTo(10_850, -2);
    expect(haversineKm(point(0, 0), point(0, 90))).toBeCloseTo(HALF_TURN_KM / 2, 6);
  });
  it('takes the short way across the antimeridian', () => {
    expect(haversineKm(point(0, 179.9), point(0, -179.9))).toBeCloseTo(22.24, 1);
    expect(haversineKm(point(52, 180), point(52, -180))).toBeCloseTo(0, 6);
  });
  it('takes every longitude at a pole for the same point', () => {
    expect(haversineKm(point(90, 0), point(90, 123))).toBeCloseTo(0, 6);
    expect(haversineKm(point(90, 10), point(-90, -77))).toBeCloseTo(HALF_TURN_KM, 6);
  });
  it('is finite, symmetric and never more than half a turn, antipodes included', () => {
    fc.assert(
      fc.property(anyPoint, anyPoint, (a, b) => {
        const distance = haversineKm(a, b);
        expect(distance).toBeGreaterThanOrEqual(0);
        expect(distance).toBeLessThanOrEqual(HALF_TURN_KM + 1e-6);
        expect(haversineKm(b, a)).toBeCloseTo(distance, 6);
      }),
    );
    expect(haversineKm(point(57.3, 5.7), point(-57.3, 5.7 - 180))).toBeCloseTo(HALF_TURN_KM, 3);
  });
  it('subtracts both radii, each counted for 200 km at most, and never goes below 0', () => {
    expect(distanceBeyondRadiiKm(point(0, 0, 50), { ...eastOfOrigin(1000), radiusKm: 150 })).toBeCloseTo(
      800,
      6,
    );
    expect(distanceBeyondRadiiKm(point(0, 0, 5000), { ...eastOfOrigin(1000), radiusKm: 900 })).toBeCloseTo(
      600,
      6,
    );
    expect(distanceBeyondRadiiKm(point(0, 0, 200), { ...eastOfOrigin(300), radiusKm: 200 })).toBe(0);
  });
});

describe('journey', () => {
  const origin = point(0, 0);
  it('is impossible above 1000 km/h, not at it', () => {
    expect(journeyBetween(origin, eastOfOrigin(999.9), HOUR).impossible).toBe(false);
    expect(journeyBetween(origin, eastOfOrigin(1000.1), HOUR).impossible).toBe(true);
  });
  it('is never impossible below 100 km, however fast', () => {
    expect(journeyBetween(origin, eastOfOrigin(99.9), 0).impossible).toBe(false);
    expect(journeyBetween(origin, eastOfOrigin(100.1), 0).impossible).toBe(true);
  });
  it('counts no time below a minute, nor a negative one', () => {
    const far = eastOfOrigin(500);
    const speeds = [MINUTE, 1, 0, -HOUR].map((elapsed) => journeyBetween(origin, far, elapsed).speedKmh);
    expect(new Set(speeds.map(Math.round))).toEqual(new Set([30_000]));
  });
  it('has a finite speed that is not negative, for any two points and times', () => {
    fc.assert(
      fc.property(anyPoint, anyPoint, fc.integer(), (a, b, elapsed) => {
        const { speedKmh } = journeyBetween(a, b, elapsed);
        expect(Number.isFinite(speedKmh) && speedKmh >= 0).toBe(true);
      }),
    );
  });
});
