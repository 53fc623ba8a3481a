/**
 * Where the data files that come with the product lie on disk: network/data of this package, and the
 * @ip-location-db packages. The same whether the code runs as network/*.ts or as dist/network/*.js.
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Absolute path of network/data. Throws when the installation lacks it. */
export function packagedListsDirectory(): string {
  for (let folder = __dirname; ; folder = dirname(folder)) {
    const candidate = join(folder, 'network', 'data');
    if (existsSync(join(candidate, 'hosting-asns.csv'))) return candidate;
    if (folder === dirname(folder)) throw new Error('network/data is missing from this installation');
  }
}

/**
 * Absolute path of the demo lists: documentation addresses (RFC 5737, RFC 3849) in every network class.
 * For embedded instances; the addresses never occur on the internet (docs/threat-feeds.md).
 */
export function demoListsDirectory(): string {
  return join(packagedListsDirectory(), 'demo');
}

/** Absolute path of a file in an installed data package. Throws when the package is not installed. */
export function packagedDatabase(packageName: string, fileName: string): string {
  return join(dirname(require.resolve(`${packageName}/package.json`)), fileName);
}
