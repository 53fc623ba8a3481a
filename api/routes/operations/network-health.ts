/** The part of readiness that tells how old the network data are. */
import { Type } from '@sinclair/typebox';
import { NETWORK_CLASSES } from '../../../domain/risk/facts';

const Kind = Type.Union(
  ['geoip_city' as const, 'geoip_asn' as const, ...NETWORK_CLASSES].map((kind) => Type.Literal(kind)),
);

const Source = Type.Object({
  name: Type.String({ description: 'Name of a list file, or what a database calls itself' }),
  kind: Kind,
  packaged: Type.Boolean({ description: 'Came with the product' }),
  entries: Type.Optional(Type.Integer({ description: 'Of lists' })),
  updatedAt: Type.String({ format: 'date-time', description: 'When it was built, fetched or written' }),
  ageSeconds: Type.Integer(),
  stale: Type.Boolean({
    description: 'A stale list earns no points; a stale database goes on placing addresses',
  }),
  differs: Type.Boolean({
    description: 'Not every live worker has this version in force; the oldest is shown',
  }),
});

export const NetworkHealth = Type.Object({
  status: Type.Union([Type.Literal('current'), Type.Literal('degraded'), Type.Literal('unknown')], {
    description: 'degraded: a source that is not packaged is stale, or a file is not in force',
  }),
  sources: Type.Array(Source, { description: 'In force in the live workers' }),
  problems: Type.Array(Type.Object({ name: Type.String(), reason: Type.String() }), {
    description: 'Files that are not in force as they lie on disk; their last good version is',
  }),
});
