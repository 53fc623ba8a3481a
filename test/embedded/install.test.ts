/** When dependencies are installed, and when they are left alone. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cleanUp, runEmbedded, temporaryDirectory } from './support';

afterEach(cleanUp);

const WHY = `return (await load('install.mjs')).whyInstall(input.root);`;
const MARK = `await (await load('install.mjs')).installDependencies({ root: input.root, env: {} }, () => {});`;

const entry = (version: string, optional = false) => ({ version, ...(optional ? { optional } : {}) });
const lock = (version: string) => ({
  packages: { '': {}, 'node_modules/a': entry(version), 'node_modules/other-platform': entry('1.0.0', true) },
});

function layOut(): string {
  const root = temporaryDirectory();
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify(lock('1.0.0')));
  return root;
}

function install(root: string, version: string): void {
  mkdirSync(join(root, 'node_modules'), { recursive: true });
  const tree = { packages: { 'node_modules/a': entry(version) } };
  writeFileSync(join(root, 'node_modules', '.package-lock.json'), JSON.stringify(tree));
}

test('a missing node_modules is installed', async () => {
  expect(await runEmbedded(WHY, { root: layOut() })).toBe('node_modules is missing');
});

test('a tree that holds what the lock file says is left alone, whoever installed it', async () => {
  const root = layOut();
  install(root, '1.0.0');
  expect(await runEmbedded(WHY, { root })).toBeNull();
});

test('a changed lock file is installed, also after an install of ours', async () => {
  const root = layOut();
  install(root, '1.0.0');
  await runEmbedded(MARK, { root });
  writeFileSync(join(root, 'package-lock.json'), JSON.stringify(lock('2.0.0')));
  expect(await runEmbedded(WHY, { root })).toBe('package-lock.json has changed');
});
