/**
 * `node embedded/command.mjs <name> [arguments]`: runs a command of `cli/`, in a fresh clone too. Installs and builds
 * first where needed. Must never: write to standard output, which belongs to the command.
 */
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { installDependencies, whyInstall } from './install.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const name = process.argv[2] ?? '';
if (!/^[a-z][a-z-]*$/.test(name)) throw new Error('which command?');

const note = (text) => process.stderr.write(`${text}\n`);
if (whyInstall(root) !== null) await installDependencies({ root }, note);
await build({ root }, (text) => (text.startsWith('unchanged') ? undefined : note(`build: ${text}`)));

const script = join(root, 'dist', 'cli', `${name}.js`);
process.argv.splice(1, 2, script);
await import(pathToFileURL(script).href);
