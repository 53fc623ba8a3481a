/** What is published: both builds load by name with jose alone, types are found from both, generated types are fresh. */
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openApiDocument } from '../../cli/write-openapi';

const root = join(__dirname, '../..');
const folder = mkdtempSync(join(tmpdir(), 'zewstid-sdk-'));
const installed = join(folder, 'node_modules/@zewstid/mfa');
const manifest = JSON.parse(readFileSync(join(root, 'sdk/package.json'), 'utf8'));
const node = (...args: string[]) => execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });

const link = (name: string) =>
  symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));

/** What the compiler has to say about files of the folder: nothing. */
function compile(...files: string[]): string {
  const flags = '--noEmit --strict --skipLibCheck false --module node20 --target es2022 --types node'.split(
    ' ',
  );
  return node(join(root, 'node_modules/typescript/bin/tsc'), ...flags, ...files);
}

/** As an application that installed the package and jose, and nothing else. */
beforeAll(() => {
  node(join(root, 'sdk/build.mjs'), join(installed, 'dist'));
  cpSync(join(root, 'sdk/package.json'), join(installed, 'package.json'));
  mkdirSync(join(folder, 'node_modules/@types'));
  for (const name of ['jose', '@types/node', 'undici-types']) link(name);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the package', () => {
  const check = `process.stdout.write([typeof mfa.createMfaClient, typeof mfa.verifyReceipt, typeof mfa.fastifyStepUp, typeof mfa.createExpressStepUp].join())`;
  const functions = 'function,function,function,function';

  it('is imported as ESM', () => {
    writeFileSync(join(folder, 'esm.mjs'), `import * as mfa from '@zewstid/mfa';\n${check}`);
    expect(node('esm.mjs')).toBe(functions);
  });

  it('is required as CommonJS', () => {
    writeFileSync(join(folder, 'cjs.cjs'), `const mfa = require('@zewstid/mfa');\n${check}`);
    expect(node('cjs.cjs')).toBe(functions);
  });

  it('has types for both, strict, without Fastify or Express', () => {
    const use = `import { createMfaClient, type SignInResult } from '@zewstid/mfa';
const mfa = createMfaClient({ baseUrl: 'http://x', clientId: 'a', clientSecret: 'b' });
export async function ask(): Promise<string> {
  const answer: SignInResult = await mfa.checkSignIn({ userId: 'u', ip: 'i', userAgent: '', fingerprint: 'f' });
  // @ts-expect-error -- a receipt only after the discriminant was looked at
  void answer.receipt;
  return answer.mfaRequired ? answer.mfaSessionId : answer.receipt;
}
`;
    for (const name of ['use.mts', 'use.cts']) writeFileSync(join(folder, name), use);
    expect(compile('use.mts', 'use.cts')).toBe('');
  });

  it('is used by the snippets of docs/sdk.md as they stand there', () => {
    const snippets = [...readFileSync(join(root, 'docs/sdk.md'), 'utf8').matchAll(/^```ts\n(.*?)^```/gms)];
    expect(snippets.length).toBeGreaterThan(3);
    const names = snippets.map((_match, index) => `snippet-${index}.mts`);
    snippets.forEach(([, text], index) => writeFileSync(join(folder, `snippet-${index}.mts`), text ?? ''));
    link('fastify');
    expect(compile(...names)).toBe('');
  });

  it('depends on jose alone', () => {
    expect(Object.keys(manifest.dependencies)).toEqual(['jose']);
    for (const file of ['index.mjs', 'index.cjs']) {
      const text = readFileSync(join(installed, 'dist', file), 'utf8');
      const imports = [...text.matchAll(/(?:from|require\() ?"([^"]+)"/g)].map(([, name]) => name);
      expect(new Set(imports)).toEqual(new Set(['jose']));
    }
  });

  it('contains everything that its entry points name', () => {
    const files = readdirSync(join(installed, 'dist'));
    for (const entry of ['import', 'require'])
      for (const file of Object.values<string>(manifest.exports['.'][entry]))
        expect(files).toContain(file.replace('./dist/', ''));
  });
});

it('the generated types are those of the API as it is (`npm run openapi && npm run sdk:types`)', async () => {
  const document = join(folder, 'openapi.json');
  writeFileSync(document, await openApiDocument());
  const fresh = node(join(root, 'sdk/generate-types.mjs'), document, '-');
  expect(readFileSync(join(root, 'sdk/src/generated/api-types.ts'), 'utf8')).toBe(fresh);
});
