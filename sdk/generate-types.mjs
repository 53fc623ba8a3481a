/**
 * OpenAPI document → `sdk/src/generated/api-types.ts`: bodies and good answers of the operations that the client calls.
 * Knows the subset of JSON Schema that the API's document uses and throws at anything else.
 * `node sdk/generate-types.mjs [document] [output]`; output `-` is the terminal.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

/** What the client calls, and what its types are called. */
const OPERATIONS = {
  StatusCheck: ['post', '/api/v1/auth/mfa/status/check'],
  Verify: ['post', '/api/v1/auth/mfa/verify'],
  Attempt: ['post', '/api/v1/auth/attempts'],
  SignIn: ['post', '/api/v1/auth/sign-in'],
  StepUp: ['post', '/api/v1/auth/mfa/step-up'],
  Redeem: ['post', '/api/v1/auth/mfa/step-up/redeem'],
  Session: ['get', '/api/v1/sessions/{id}'],
  MfaStatus: ['get', '/api/v1/auth/mfa/status'],
  PasskeyRequest: ['post', '/api/v1/auth/mfa/challenge/passkey'],
  PasskeyCreation: ['post', '/api/v1/auth/mfa/methods/passkeys/options'],
  PasskeyRegistration: ['post', '/api/v1/auth/mfa/methods/passkeys'],
};

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const defaultOutput = join(root, 'sdk/src/generated/api-types.ts');

function unionOf(types) {
  return [...new Set(types)].join(' | ');
}

/** The TypeScript type of a schema. */
function typeOf(schema) {
  if (schema.$ref !== undefined) return refName(schema.$ref);
  const alternatives = schema.oneOf ?? schema.anyOf;
  if (alternatives !== undefined) return unionOf(alternatives.map(typeOf));
  if (schema.enum !== undefined) return unionOf(schema.enum.map((value) => JSON.stringify(value)));
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  switch (schema.type) {
    case 'string':
    case 'boolean':
    case 'null':
      return schema.type;
    case 'integer':
    case 'number':
      return 'number';
    case 'array':
      return `readonly (${typeOf(schema.items)})[]`;
    case 'object':
      return objectType(schema);
    default:
      throw new Error(`unknown schema: ${JSON.stringify(schema)}`);
  }
}

function objectType({ properties, required = [], additionalProperties }) {
  if (properties === undefined) {
    const value = typeof additionalProperties === 'object' ? typeOf(additionalProperties) : 'unknown';
    return `{ readonly [name: string]: ${value} }`;
  }
  const members = Object.entries(properties).map(([name, schema]) => {
    const doc =
      schema.description === undefined ? '' : `/** ${schema.description.replaceAll('*/', '* /')} */\n`;
    return `${doc}readonly ${JSON.stringify(name)}${required.includes(name) ? '' : '?'}: ${typeOf(schema)};`;
  });
  return `{\n${members.join('\n')}\n}`;
}

function refName(ref) {
  const prefix = '#/components/schemas/';
  if (!ref.startsWith(prefix)) throw new Error(`unknown reference: ${ref}`);
  return ref.slice(prefix.length);
}

const jsonSchema = (content) => content?.['application/json']?.schema;

function operationTypes(document, [name, [method, path]]) {
  const operation = document.paths[path]?.[method];
  if (!operation) throw new Error(`the document has no ${method.toUpperCase()} ${path}`);
  const title = `${method.toUpperCase()} ${path}`;
  const body = jsonSchema(operation.requestBody?.content);
  const [, good] = Object.entries(operation.responses).find(([status]) => status.startsWith('2')) ?? [];
  return [
    ...(body ? [`/** Body of \`${title}\`. */\nexport type ${name}Body = ${typeOf(body)};`] : []),
    `/** Answer of \`${title}\`. */\nexport type ${name}Answer = ${typeOf(jsonSchema(good?.content))};`,
  ];
}

/** The text of the module. */
export async function generateTypes(document) {
  const { Problem } = document.components.schemas;
  const declarations = [
    `/** An error (${Problem.description}). */\nexport type Problem = ${typeOf(Problem)};`,
    ...Object.entries(OPERATIONS).flatMap((operation) => operationTypes(document, operation)),
  ];
  const header =
    '/** Made by `npm run sdk:types` from the OpenAPI document: do not edit. */\n/* eslint max-lines: off */\n';
  const options = await resolveConfig(defaultOutput);
  return format([header, ...declarations].join('\n'), { ...options, parser: 'typescript' });
}

const [documentFile = join(root, 'docs/openapi.json'), output = defaultOutput] = process.argv.slice(2);
const text = await generateTypes(JSON.parse(readFileSync(documentFile, 'utf8')));
if (output === '-') process.stdout.write(text);
else writeFileSync(output, text);
