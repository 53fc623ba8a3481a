/** `POST /api/v1/users/import`: an NDJSON stream in, one result line per row out. A bad row never costs a good one. */
import { Readable } from 'node:stream';
import { Type, type Static } from '@sinclair/typebox';
import { TypeCompiler } from '@sinclair/typebox/compiler';
import { outranks } from '../../../domain/access/roles';
import type { App } from '../../app';
import { organizationToCreateIn, type Actor } from '../../actor';
import { createUser, type UserInput } from '../../create-user';
import type { ApiDeps } from '../../deps';
import { ndjsonLines, type NdjsonLine } from '../../../runtime/ndjson';
import { actorOf, requireActor } from '../../plugins/callers';
import { OrganizationId, problems, Strict } from '../../schemas';
import { Problem } from '../../problem';
import { UserInputSchema } from './schemas';

const MAX_LINE_BYTES = 16 * 1024;
/** Rows prepared at once; password hashing is what takes the time. */
const CONCURRENCY = 8;

const rowSchema = TypeCompiler.Compile(UserInputSchema);

const querystring = Strict({ organizationId: Type.Optional(OrganizationId) });

const schema = {
  tags: ['Users'],
  summary: 'Import users from an NDJSON stream',
  description:
    'One JSON object per line, as for creating a user. Answers one line per row: `{"line":n,"userId":"usr_…"}` or `{"line":n,"error":{"code","detail"}}`.',
  security: [{ client: [] }, { token: [] }],
  consumes: ['application/x-ndjson'],
  querystring,
  response: {
    200: Type.Any({ description: 'NDJSON, one result per row' }),
    ...problems(400, 401, 403, 404, 415, 429, 503),
  },
};

type ResultLine =
  { line: number; userId: string } | { line: number; error: { code: string; detail: string } };

const NDJSON_TYPES = ['application/x-ndjson', 'application/ndjson', 'application/jsonl'];

export function registerImportRoute(app: App, deps: ApiDeps): void {
  const onRequest = requireActor(deps, 'users:write');
  // In a scope of its own: no other endpoint takes a stream, and this one buffers no JSON of any size.
  void app.register((scope, _options, registered) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser(NDJSON_TYPES, (_request, payload, done) => done(null, payload));
    const options = { schema, onRequest, bodyLimit: Number.MAX_SAFE_INTEGER };
    scope.post('/api/v1/users/import', options, async (request, reply) => {
      if (!(request.body instanceof Readable)) throw new Problem('unsupported_media_type');
      const actor = actorOf(request);
      const { organizationId: named } = request.query as Static<typeof querystring>;
      const organizationId = await organizationToCreateIn(deps, actor, named);
      const results = importRows(deps, ndjsonLines(request.body, MAX_LINE_BYTES), { actor, organizationId });
      void reply.type('application/x-ndjson');
      return reply.send(Readable.from(results));
    });
    registered();
  });
}

interface Importing {
  readonly actor: Actor;
  readonly organizationId: string;
}

/** A row being stored, and the names that only one user can have. */
interface RowUnderWay {
  readonly names: readonly string[];
  readonly result: Promise<ResultLine>;
}

/** Imports a few rows at a time, and yields the result lines in the order of the rows. */
async function* importRows(
  deps: ApiDeps,
  lines: AsyncIterable<NdjsonLine>,
  importing: Importing,
): AsyncGenerator<string> {
  const underWay: RowUnderWay[] = [];
  for await (const line of lines) {
    const row = checkRow(line);
    const names = 'error' in row ? [] : namesOf(row.input);
    // Of rows with the same login the first one wins, as if they were stored one after the other.
    const rivals = underWay.filter((other) => other.names.some((name) => names.includes(name)));
    const waited = Promise.all(rivals.map(({ result }) => result));
    const result = 'error' in row ? Promise.resolve(row) : waited.then(() => storeRow(deps, row, importing));
    underWay.push({ names, result });
    const oldest = underWay.length >= CONCURRENCY ? underWay.shift() : undefined;
    if (oldest) yield resultText(await oldest.result);
  }
  for (const { result } of underWay) yield resultText(await result);
}

function resultText(result: ResultLine): string {
  return `${JSON.stringify(result)}\n`;
}

type RefusedRow = Extract<ResultLine, { error: unknown }>;
interface GoodRow {
  readonly line: number;
  readonly input: UserInput;
}

function checkRow({ line, text }: NdjsonLine): GoodRow | RefusedRow {
  const refuse = (code: string, detail: string) => ({ line, error: { code, detail } });
  if (text === undefined) return refuse('body_too_large', 'The line exceeds 16 KiB.');
  const row = parseRow(text);
  if (row === undefined) return refuse('invalid_json', 'The line is not valid JSON in UTF-8.');
  if (!rowSchema.Check(row)) return refuse('invalid_request', describeFirstError(row));
  if (!isStorable(text, row))
    return refuse('invalid_request', 'Text must be well-formed Unicode without NUL.');
  return { line, input: row };
}

function namesOf({ login, externalId }: UserInput): string[] {
  return [`login ${login.toLowerCase()}`, ...(externalId === undefined ? [] : [`external id ${externalId}`])];
}

async function storeRow(
  deps: ApiDeps,
  { line, input }: GoodRow,
  { actor, organizationId }: Importing,
): Promise<ResultLine> {
  if (!outranks(actor.permissions, input.roles ?? []))
    return { line, error: { code: 'forbidden', detail: 'These roles carry more than the caller may do.' } };
  try {
    const { by, clientId } = actor;
    const context = { organizationId, clientId, by, event: 'user.imported' } as const;
    const created = await createUser(deps, input, context);
    if (created.ok) return { line, userId: created.user.id };
    return { line, error: { code: created.code, detail: created.detail } };
  } catch {
    deps.logger.warn({ line }, 'import row failed');
    return { line, error: { code: 'unavailable', detail: 'The row could not be stored; send it again.' } };
  }
}

function parseRow(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Names the property, never its value; a property nobody documented is not named either. */
function describeFirstError(row: unknown): string {
  const path = rowSchema.Errors(row).First()?.path.slice(1) ?? '';
  const known = Object.keys(UserInputSchema.properties).find(
    (name) => path === name || path.startsWith(`${name}/`),
  );
  return known ? `${known} does not have the documented form.` : 'The row does not have the documented form.';
}

function isStorable(text: string, row: object): boolean {
  return (
    !text.includes('\\u0000') &&
    Object.values(row)
      .flat()
      .every((value) => typeof value !== 'string' || value.isWellFormed())
  );
}
