/**
 * Who sells internet access where: facts as of the packaged ASN table (numbers and names there; which of them sell
 * fixed lines, mobile or both, and who renumbers daily, is general knowledge of these providers).
 */

/** How a line gets its address: a new one every day (forced reconnect), or the same for weeks and months. */
export type Lease = 'daily' | 'sticky';

export interface AccessNetwork {
  readonly country: string;
  readonly asn: number;
  readonly kind: 'fixed' | 'mobile' | 'both';
  readonly lease: Lease;
  /** Relative share of customers in the country (assumed). */
  readonly share: number;
}

type Row = readonly [asn: number, kind: AccessNetwork['kind'], share: number, lease?: 'daily'];

const ROWS: Readonly<Record<string, readonly Row[]>> = {
  DE: [
    [3320, 'both', 10, 'daily'],
    [3209, 'both', 8],
    [6805, 'both', 6, 'daily'],
    [8881, 'fixed', 4, 'daily'],
    [20676, 'fixed', 1, 'daily'],
  ],
  GB: [
    [2856, 'both', 9],
    [5089, 'fixed', 6],
    [5607, 'fixed', 6],
    [13285, 'fixed', 3],
    [206067, 'mobile', 3],
    [25135, 'mobile', 3],
  ],
  US: [
    [7922, 'fixed', 10],
    [20115, 'fixed', 7],
    [701, 'fixed', 4],
    [7018, 'fixed', 6],
    [22773, 'fixed', 3],
    [21928, 'mobile', 8],
    [6167, 'mobile', 4],
    [22394, 'mobile', 4],
    [20057, 'mobile', 7],
  ],
  FR: [
    [3215, 'both', 10],
    [12322, 'fixed', 6],
    [15557, 'both', 6],
    [5410, 'both', 4],
    [51207, 'mobile', 4],
  ],
  NL: [
    [1136, 'both', 8],
    [33915, 'both', 8],
    [50266, 'both', 4],
    [31615, 'mobile', 3],
  ],
  NO: [
    [2119, 'both', 9],
    [29695, 'fixed', 6],
    [2116, 'fixed', 3],
    [15659, 'fixed', 1],
  ],
  SE: [
    [3301, 'both', 8],
    [1257, 'both', 5],
    [29518, 'fixed', 3],
    [8473, 'fixed', 2],
    [44034, 'mobile', 4],
  ],
  DK: [
    [3292, 'both', 8],
    [9158, 'both', 5],
    [31027, 'fixed', 2],
  ],
  FI: [
    [719, 'both', 7],
    [1759, 'both', 6],
    [16086, 'both', 6],
  ],
  ES: [
    [3352, 'both', 9],
    [12479, 'both', 7],
    [12430, 'both', 5],
  ],
  PT: [
    [3243, 'both', 6],
    [2860, 'both', 5],
    [12353, 'both', 4],
  ],
  IT: [
    [3269, 'both', 8, 'daily'],
    [30722, 'both', 5],
    [1267, 'both', 5],
    [12874, 'fixed', 3],
    [24608, 'mobile', 2],
  ],
  PL: [
    [5617, 'both', 8, 'daily'],
    [12912, 'both', 5],
    [39603, 'mobile', 4],
    [8374, 'mobile', 4],
  ],
  CH: [
    [3303, 'both', 9],
    [6730, 'both', 5],
    [15796, 'mobile', 3],
  ],
  AT: [
    [8447, 'both', 7, 'daily'],
    [8412, 'both', 5],
  ],
  BE: [
    [5432, 'both', 7],
    [6848, 'both', 6],
  ],
  CZ: [
    [5610, 'both', 6],
    [13036, 'both', 4],
  ],
  GR: [
    [6799, 'both', 6, 'daily'],
    [3329, 'both', 3],
    [1241, 'fixed', 2],
  ],
  RO: [[8708, 'both', 1]],
  CA: [
    [577, 'both', 7],
    [812, 'both', 6],
    [852, 'both', 5],
    [6327, 'fixed', 4],
  ],
  BR: [
    [28573, 'fixed', 7],
    [27699, 'fixed', 5],
    [26599, 'mobile', 6],
    [26615, 'mobile', 5],
  ],
  MX: [[8151, 'both', 1]],
  AR: [[7303, 'both', 1]],
  AU: [
    [1221, 'both', 8],
    [7545, 'fixed', 4],
    [4804, 'both', 5],
  ],
  JP: [
    [4713, 'fixed', 6],
    [2516, 'both', 6],
    [17676, 'both', 6],
    [9605, 'mobile', 4],
  ],
  SG: [[3758, 'both', 1]],
  IN: [
    [24560, 'fixed', 3],
    [9829, 'fixed', 3],
    [55836, 'mobile', 6],
    [45609, 'mobile', 4],
  ],
  ID: [
    [7713, 'fixed', 1],
    [23693, 'mobile', 1],
  ],
  TH: [[17552, 'both', 1]],
  PH: [[9299, 'both', 1]],
  VN: [
    [45899, 'both', 4],
    [7552, 'both', 3],
    [18403, 'fixed', 1],
  ],
  CN: [[4134, 'both', 1]],
  TR: [
    [9121, 'fixed', 4],
    [34984, 'fixed', 2],
    [16135, 'mobile', 3],
  ],
  RU: [
    [12389, 'both', 5],
    [8402, 'both', 2],
    [25513, 'fixed', 1],
  ],
  ZA: [
    [5713, 'fixed', 1],
    [36994, 'mobile', 1],
  ],
  NG: [
    [29465, 'mobile', 1],
    [36873, 'mobile', 1],
  ],
};

export const ACCESS_NETWORKS: readonly AccessNetwork[] = Object.entries(ROWS).flatMap(([country, rows]) =>
  rows.map(([asn, kind, share, lease]) => ({ country, asn, kind, share, lease: lease ?? 'sticky' })),
);
