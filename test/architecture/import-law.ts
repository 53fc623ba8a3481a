/**
 * The import law of docs/architecture.md as a function: which rooms and libraries a file of each room may import.
 * ESLint says the same while one writes; this list says it once more, complete, with the libraries.
 */
import { posix } from 'node:path';
import ts from 'typescript';

export const ROOMS = [
  'domain',
  'workflows',
  'activities',
  'storage',
  'network',
  'evaluation',
  'api',
  'worker',
  'processes',
  'runtime',
  'simulation',
] as const;
export type Room = (typeof ROOMS)[number];

interface RoomLaw {
  /** Rooms whose values it may use. */
  readonly rooms: readonly string[];
  /** Rooms of which it may know the types only. */
  readonly types?: readonly string[];
  /** Single files outside these rooms. */
  readonly files?: readonly string[];
  /** Whether a library or a module of Node is allowed in this file. */
  library(name: string, file: string): boolean;
}

const isTemporal = (name: string) => name.startsWith('@temporalio/');
const isNode = (name: string) => name.startsWith('node:');
const isOneOf =
  (...names: string[]) =>
  (name: string) =>
    names.includes(name);
const DATABASES = ['pg', 'ioredis', 'node-pg-migrate'];
/** What speaks to the outside belongs to one room each. */
const ownedElsewhere = isOneOf(...DATABASES, 'maxmind');

/** What others may know of the workflows. */
const CONTRACT = ['workflows/messages', 'workflows/recovery-messages'];

export const IMPORT_LAW: Readonly<Record<Room, RoomLaw>> = {
  domain: {
    rooms: [],
    // Pure: no IO, no clock, no randomness; one library, where codes are computed.
    library: (name, file) => name === 'otplib' && file.startsWith('domain/credentials/'),
  },
  workflows: {
    rooms: ['domain'],
    types: ['activities'],
    library: isOneOf('@temporalio/workflow', '@temporalio/common'),
  },
  activities: {
    rooms: ['domain', 'storage', 'network', 'runtime'],
    files: CONTRACT,
    library: (name) =>
      isNode(name) ||
      isOneOf('@temporalio/activity', '@temporalio/common', '@temporalio/worker', 'prom-client')(name),
  },
  storage: {
    rooms: ['domain'],
    library: (name) => DATABASES.includes(name) || isOneOf('node:fs', 'node:path')(name),
  },
  network: {
    rooms: ['domain'],
    library: (name) => !isTemporal(name) && !DATABASES.includes(name) && !name.startsWith('fastify'),
  },
  evaluation: {
    rooms: ['domain', 'network'],
    // Pure but for what the network tells.
    library: () => false,
  },
  api: {
    rooms: ['domain', 'storage', 'network', 'runtime'],
    files: CONTRACT,
    library: (name) =>
      !ownedElsewhere(name) &&
      !isOneOf('@temporalio/worker', '@temporalio/workflow', '@temporalio/activity')(name),
  },
  worker: {
    rooms: ['domain', 'activities', 'storage', 'network', 'runtime'],
    files: CONTRACT,
    library: (name) => !ownedElsewhere(name) && !name.startsWith('fastify'),
  },
  processes: {
    rooms: ['api', 'worker', 'activities', 'runtime'],
    files: CONTRACT,
    // What is started: puts rooms together, and closes them in order.
    library: (name) => isTemporal(name) || isNode(name) || name === 'close-with-grace',
  },
  runtime: {
    rooms: ['domain', 'storage', 'network'],
    library: (name) => !ownedElsewhere(name) && !name.startsWith('fastify'),
  },
  simulation: {
    rooms: ['domain', 'network'],
    // A pure generator: what it does not compute is handed in.
    library: () => false,
  },
};

interface Import {
  readonly from: string;
  readonly typeOnly: boolean;
}

/** Every import of a source text: `import`, `export … from`, `import()`, `require()` and import types. */
export function importsOf(source: string): Import[] {
  const found: Import[] = [];
  const add = (specifier: ts.Node | undefined, typeOnly: boolean) => {
    const from = specifier && ts.isStringLiteralLike(specifier) ? specifier.text : '<computed>';
    found.push({ from, typeOnly });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, importsTypesOnly(node));
    else if (ts.isExportDeclaration(node) && node.moduleSpecifier) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node))
      add(ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined, true);
    else if (ts.isExternalModuleReference(node)) add(node.expression, false);
    else if (ts.isCallExpression(node) && isModuleCall(node)) add(node.arguments[0], false);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('file.ts', source, ts.ScriptTarget.ES2022));
  return found;
}

function importsTypesOnly({ importClause }: ts.ImportDeclaration): boolean {
  if (!importClause) return false;
  if (importClause.isTypeOnly) return true;
  const { name, namedBindings } = importClause;
  return (
    !name &&
    namedBindings !== undefined &&
    ts.isNamedImports(namedBindings) &&
    namedBindings.elements.length > 0 &&
    namedBindings.elements.every((element) => element.isTypeOnly)
  );
}

/** `import(…)` and `require(…)`; `require.resolve` names a path and loads nothing. */
function isModuleCall({ expression }: ts.CallExpression): boolean {
  if (expression.kind === ts.SyntaxKind.ImportKeyword) return true;
  return ts.isIdentifier(expression) && expression.text === 'require';
}

/** What a file (path from the root, with slashes) imports against the law; empty when it obeys. */
export function violationsOf(file: string, source: string): string[] {
  const room = ROOMS.find((name) => file.startsWith(`${name}/`));
  if (!room) throw new Error(`${file} lies in no room`);
  const law = IMPORT_LAW[room];
  return importsOf(source)
    .filter(({ from, typeOnly }) => {
      if (!from.startsWith('.')) return !law.library(from, file);
      const target = posix.join(posix.dirname(file), from);
      const targetRoom = target.split('/')[0] ?? '';
      const isAllowed =
        targetRoom === room ||
        law.rooms.includes(targetRoom) ||
        (typeOnly && law.types?.includes(targetRoom) === true) ||
        law.files?.includes(target) === true;
      return !isAllowed;
    })
    .map(({ from }) => `${file} must not import ${from}`);
}
