/**
 * Distances for choosing places. Sine and cosine are power series of their own: those of the engine may differ in
 * the last digit between versions, and with it which address is drawn.
 */

export interface Point {
  /** Degrees (WGS 84). */
  readonly latitude: number;
  readonly longitude: number;
  /** On a sphere of radius 1. */
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

const EARTH_RADIUS_KM = 6371;
const RADIANS = 0.017453292519943295;

/** A place by its degrees. */
export function pointAt(latitude: number, longitude: number): Point {
  const radius = cosine(latitude);
  const [x, y, z] = [radius * cosine(longitude), radius * sine(longitude), sine(latitude)];
  return { latitude, longitude, x, y, z };
}

/** Straight through the Earth, in km: a little less than along its surface (999 km for 1000 km, 9 % at 10,000 km). */
export function chordKm(from: Point, to: Point): number {
  const x = from.x - to.x;
  const y = from.y - to.y;
  const z = from.z - to.z;
  return Math.sqrt(x * x + y * y + z * z) * EARTH_RADIUS_KM;
}

/** The square of such a line of so many km on a sphere of radius 1. */
export function squaredChord(km: number): number {
  return (km / EARTH_RADIUS_KM) * (km / EARTH_RADIUS_KM);
}

function cosine(degrees: number): number {
  return sine(degrees + 90);
}

/** Taylor series up to the 15th power, after folding the angle into −90° to 90°; right to nine digits. */
function sine(degrees: number): number {
  let angle = degrees - 360 * Math.round(degrees / 360);
  if (angle > 90) angle = 180 - angle;
  if (angle < -90) angle = -180 - angle;
  const x = angle * RADIANS;
  const square = x * x;
  let term = x;
  let sum = x;
  for (let power = 2; power <= 14; power += 2) {
    term = (-term * square) / (power * (power + 1));
    sum += term;
  }
  return sum;
}
