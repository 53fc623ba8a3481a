/** Applications on the wire. */
import { Type, type Static } from '@sinclair/typebox';
import { PERMISSIONS } from '../../../domain/access/permissions';
import { isPortal } from '../../../domain/policy/policy';
import { readSettingsOrDefaults } from '../../../domain/policy/parse-settings';
import type { ApplicationRow } from '../../../storage/applications';
import { ClientId, Limit, OrganizationId, problems, Strict } from '../../schemas';

const MfaPolicySchema = Type.Union([Type.Literal('smart'), Type.Literal('always'), Type.Literal('never')]);
/** Checked by `domain/policy/parse-settings.ts`, which knows the rules. */
const Settings = Type.Object(
  {},
  {
    additionalProperties: true,
    description:
      'ipMatch, blockOnCritical, whenNoMethod, trustDevice, mfaThreshold, blockThreshold, weights, stepUpActions, riskModel, likelihoodThresholds, pushNumberDigits',
  },
);
const RedirectUris = Type.Array(Type.String({ format: 'uri', maxLength: 2048 }), { maxItems: 50 });
const Name = Type.String({ minLength: 1, maxLength: 128 });
const Scopes = Type.Array(Type.Union(PERMISSIONS.map((permission) => Type.Literal(permission))), {
  uniqueItems: true,
  description: 'What the application may do as a client; only those that the caller has',
});

const CreateBodySchema = Strict({
  clientId: Type.Optional(ClientId),
  name: Name,
  organizationId: Type.Optional(OrganizationId),
  scopes: Type.Optional(Scopes),
  mfaPolicy: Type.Optional(MfaPolicySchema),
  settings: Type.Optional(Settings),
  redirectUris: Type.Optional(RedirectUris),
  public: Type.Optional(Type.Boolean({ description: 'No secret: named by X-Client-Id at /auth/sign-in' })),
});
export type CreateBody = Static<typeof CreateBodySchema>;

const PatchBodySchema = Strict(
  {
    name: Type.Optional(Name),
    scopes: Type.Optional(Scopes),
    mfaPolicy: Type.Optional(MfaPolicySchema),
    settings: Type.Optional(Settings),
    redirectUris: Type.Optional(RedirectUris),
  },
  { minProperties: 1 },
);
export type PatchBody = Static<typeof PatchBodySchema>;

const applicationProperties = {
  id: Type.String({ description: 'The client id' }),
  clientId: Type.String(),
  organizationId: Type.String(),
  name: Type.String(),
  scopes: Type.Array(Type.String()),
  mfaPolicy: MfaPolicySchema,
  settings: Settings,
  redirectUris: Type.Array(Type.String()),
  portal: Type.Boolean(),
  public: Type.Boolean(),
  version: Type.Integer(),
  createdAt: Type.String({ format: 'date-time' }),
  updatedAt: Type.String({ format: 'date-time' }),
};
const Application = Type.Object(applicationProperties);

const shared = { tags: ['Applications'], security: [{ client: [] }, { token: [] }] };
const params = Strict({ id: ClientId });

export const createSchema = {
  ...shared,
  summary: 'Register an application',
  body: CreateBodySchema,
  response: {
    201: Type.Object({
      ...applicationProperties,
      clientSecret: Type.Optional(Type.String({ description: 'Shown once; none for a public client' })),
    }),
    ...problems(400, 401, 403, 404, 409, 429, 503),
  },
};

export const listSchema = {
  ...shared,
  summary: 'List applications',
  querystring: Strict({
    organizationId: Type.Optional(OrganizationId),
    cursor: Type.Optional(ClientId),
    limit: Type.Optional(Limit),
  }),
  response: {
    200: Type.Object({
      applications: Type.Array(Application),
      nextCursor: Type.Union([Type.String(), Type.Null()]),
    }),
    ...problems(400, 401, 403, 429, 503),
  },
};

export const getSchema = {
  ...shared,
  summary: 'Read an application',
  params,
  response: { 200: Application, ...problems(400, 401, 403, 404, 429, 503) },
};

export const patchSchema = {
  ...shared,
  summary: 'Change an application; a policy change is in force at once',
  description: 'Each setting given replaces the stored one. Optional header `If-Match`.',
  params,
  body: PatchBodySchema,
  response: { 200: Application, ...problems(400, 401, 403, 404, 409, 412, 429, 503) },
};

export const secretSchema = {
  ...shared,
  summary: 'Replace the secret of an application',
  description:
    'The new one is shown once; the old one and the tokens made from it are worth nothing from then on.',
  params,
  response: {
    200: Type.Object({ clientId: Type.String(), clientSecret: Type.String() }),
    ...problems(400, 401, 403, 404, 412, 429, 503),
  },
};

/** The entity tag of an application's version. */
export function etagOf(row: ApplicationRow): string {
  return `"${row.version}"`;
}

/** A stored application as answered: a portal's policy is `always`, whatever its row says. */
export function applicationAnswer(row: ApplicationRow) {
  const portal = isPortal(row.clientId);
  const settings = readSettingsOrDefaults(row.settings);
  return {
    id: row.clientId,
    clientId: row.clientId,
    organizationId: row.organizationId,
    name: row.name,
    scopes: [...row.scopes],
    mfaPolicy: portal ? ('always' as const) : row.mfaPolicy,
    settings: { ...settings },
    redirectUris: [...row.redirectUris],
    portal,
    public: row.public,
    version: row.version,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
  };
}
