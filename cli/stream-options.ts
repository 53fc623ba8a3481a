/** What the commands over streams of sign-ins have in common: their options, and the networks they name. */
import { readFileSync } from 'node:fs';
import { parsePolicySettings } from '../domain/policy/parse-settings';
import { DEFAULT_POLICY_SETTINGS, type PolicySettings } from '../domain/policy/policy';
import { createNetworkIntelligence, type NetworkIntelligence } from '../network/network-intelligence';

/** Options of `parseArgs`. */
export const STREAM_OPTIONS = {
  settings: { type: 'string' },
  'city-db': { type: 'string' },
  'asn-db': { type: 'string' },
  'threat-dir': { type: 'string' },
} as const;

export interface StreamOptions {
  readonly settings?: string | undefined;
  readonly 'city-db'?: string | undefined;
  readonly 'asn-db'?: string | undefined;
  readonly 'threat-dir'?: string | undefined;
}

/** The settings in a file, in the form of `PATCH /applications`; the defaults without one. Throws on what is none. */
export function readSettingsFile(path: string | undefined): PolicySettings {
  if (path === undefined) return DEFAULT_POLICY_SETTINGS;
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw new Error(`${path} cannot be read as JSON`);
  }
  return settingsOf(content);
}

function settingsOf(content: unknown): PolicySettings {
  const parsed = parsePolicySettings(content);
  if (!parsed.ok) throw new Error(`settings: ${parsed.problem}`);
  return parsed.settings;
}

/** Databases and lists as they are named, or as the environment of the product names them; else the packaged ones. */
export async function openNetwork(options: StreamOptions): Promise<NetworkIntelligence> {
  const { GEOIP_CITY_DB, GEOIP_ASN_DB, THREAT_FEEDS_DIR } = process.env;
  const threatDir = options['threat-dir'] ?? THREAT_FEEDS_DIR;
  const network = await createNetworkIntelligence({
    cityDb: options['city-db'] ?? (GEOIP_CITY_DB || undefined),
    asnDb: options['asn-db'] ?? (GEOIP_ASN_DB || undefined),
    threatDirs: threatDir ? [threatDir] : [],
    // Lists stand for those that were in force at the time of the stream: none is too old.
    now: () => 0,
  });
  for (const { name, reason } of network.problems()) console.error(`threat list ${name}: ${reason}`);
  return network;
}
