/** The failed first factors of a stream that the windows of the rules still see: `storage/sign-in-failures` in memory. */
import type { FailureCounts } from '../domain/risk/facts';
import type { RiskEvent } from './risk-event';

const USER_WINDOW_MS = 15 * 60_000;
const ADDRESS_WINDOW_MS = 60 * 60_000;

interface Failure {
  readonly at: number;
  readonly userId: string;
  readonly fingerprint: string;
  readonly ip: string;
  readonly carriedToken: boolean;
}

export interface RecentFailures {
  /** @param carriedToken whether it came from a trusted device that showed its token */
  record(event: RiskEvent, carriedToken: boolean): void;
  /** The counts before a sign-in. @param isTrusted whether it shows the token of a trusted device */
  countsFor(event: RiskEvent, isTrusted: boolean): FailureCounts;
}

/** Keeps an hour of failures, whatever the length of the stream. */
export function createRecentFailures(): RecentFailures {
  let kept: Failure[] = [];
  let first = 0;
  const byUser = new Map<string, Failure[]>();
  /** By address, how often each account failed. */
  const byAddress = new Map<string, Map<string, number>>();

  function forgetBefore(time: number): void {
    for (let oldest = kept[first]; oldest && oldest.at <= time; oldest = kept[first]) {
      dropOldest(byUser, oldest.userId);
      discount(byAddress, oldest);
      first += 1;
    }
    if (first > 1_000 && first * 2 > kept.length) [kept, first] = [kept.slice(first), 0];
  }

  return {
    record({ at, userId, fingerprint, ip }, carriedToken) {
      forgetBefore(at - ADDRESS_WINDOW_MS);
      const failure = { at, userId, fingerprint, ip, carriedToken };
      kept.push(failure);
      addTo(byUser, userId, failure);
      count(byAddress, failure);
    },
    countsFor({ at, userId, fingerprint, ip }, isTrusted) {
      forgetBefore(at - ADDRESS_WINDOW_MS);
      const ofUser = (byUser.get(userId) ?? []).filter((failure) => failure.at > at - USER_WINDOW_MS);
      const same = ofUser.filter((failure) => failure.fingerprint === fingerprint);
      return {
        // What others do without its token is not charged to the holder of a trusted device.
        sameFingerprint: isTrusted ? same.filter(({ carriedToken }) => carriedToken).length : same.length,
        otherFingerprints: isTrusted ? 0 : ofUser.length - same.length,
        accountsFromIp: byAddress.get(ip)?.size ?? 0,
      };
    },
  };
}

function addTo(map: Map<string, Failure[]>, key: string, failure: Failure): void {
  const list = map.get(key);
  if (list) list.push(failure);
  else map.set(key, [failure]);
}

/** Every list is in the order of the stream, so that what is forgotten first stands first. */
function dropOldest(map: Map<string, Failure[]>, key: string): void {
  const list = map.get(key);
  list?.shift();
  if (list?.length === 0) map.delete(key);
}

function count(map: Map<string, Map<string, number>>, { ip, userId }: Failure): void {
  const accounts = map.get(ip) ?? new Map<string, number>();
  accounts.set(userId, (accounts.get(userId) ?? 0) + 1);
  map.set(ip, accounts);
}

function discount(map: Map<string, Map<string, number>>, { ip, userId }: Failure): void {
  const accounts = map.get(ip);
  const left = (accounts?.get(userId) ?? 1) - 1;
  if (left > 0) accounts?.set(userId, left);
  else accounts?.delete(userId);
  if (accounts?.size === 0) map.delete(ip);
}
