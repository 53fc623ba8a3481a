/** What the documents say is compared with what the code does. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openApiDocument } from '../../cli/write-openapi';
import { ERRORS } from '../../domain/errors';
import { RECOVERY_TRANSITIONS } from '../../domain/recovery';
import { TRANSITIONS } from '../../domain/session';

const root = join(__dirname, '..', '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

describe('the documents', () => {
  it('hold the OpenAPI document that the API serves (npm run openapi writes it)', async () => {
    expect(JSON.parse(read('docs/openapi.json'))).toEqual(JSON.parse(await openApiDocument()));
  });

  it('describe every error code with its status', () => {
    const rows = read('docs/api.md')
      .split('\n')
      .filter((line) => line.startsWith('|'));
    const undocumented = Object.entries(ERRORS).filter(
      ([code, { status }]) =>
        !rows.some((row) => row.includes(`\`${code}\``) && row.includes(String(status))),
    );
    expect(undocumented.map(([code]) => code)).toEqual([]);
  });

  it('give a reason for every dependency', () => {
    const manifest = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;
    const named = read('docs/dependencies.md');
    const kinds = ['dependencies', 'devDependencies', 'optionalDependencies'];
    const all = kinds.flatMap((kind) => Object.keys(manifest[kind] ?? {}));
    expect(all.filter((name) => !named.includes(`\`${name}\``))).toEqual([]);
  });

  it('describe every variable of the configuration', () => {
    const variables = [...read('runtime/config.ts').matchAll(/^ {2}([A-Z][A-Z_]+): Type/gm)].map(
      ([, name]) => name,
    );
    const documented = read('docs/operations.md');
    expect(variables.length).toBeGreaterThan(20);
    expect(variables.filter((name) => !documented.includes(`\`${name}\``))).toEqual([]);
  });

  const diagrams: [string, Readonly<Record<string, readonly string[]>>][] = [
    ['an MFA session', TRANSITIONS],
    ['an account recovery', RECOVERY_TRANSITIONS],
  ];
  it.each(diagrams)('draw the state diagram of %s as the transition table has it', (what, transitions) => {
    const section = read('docs/architecture.md').split(`## States of ${what}`)[1]?.split('\n## ')[0] ?? '';
    const drawn = [...section.matchAll(/^\s*(\w+) --> (\w+)/gm)].map(([, from, to]) => `${from} ${to}`);
    const allowed = Object.entries(transitions).flatMap(([from, ends]) => ends.map((to) => `${from} ${to}`));
    expect(drawn.sort()).toEqual(allowed.sort());
  });
});
