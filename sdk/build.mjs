/**
 * `sdk/src` → `sdk/dist`: one bundle as ESM and one as CommonJS (jose stays a dependency), and the types for both.
 * `node sdk/build.mjs [output folder]`.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const sdk = dirname(fileURLToPath(import.meta.url));

async function bundle(dist, format, outfile) {
  await build({
    entryPoints: [join(sdk, 'src/index.ts')],
    outfile: join(dist, outfile),
    bundle: true,
    packages: 'external',
    format,
    platform: 'node',
    target: 'node20',
    logLevel: 'error',
  });
}

/** Declarations name the files they import, since ESM resolution adds no endings: `./x` becomes `./x.mjs`. */
function writeTypes(dist) {
  const plain = mkdtempSync(join(tmpdir(), 'zewstid-sdk-types-'));
  try {
    const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
    execFileSync(process.execPath, [tsc, '-p', join(sdk, 'tsconfig.build.json'), '--outDir', plain], {
      stdio: 'inherit',
    });
    for (const name of readdirSync(plain, { recursive: true }).filter((file) => file.endsWith('.d.ts'))) {
      const text = readFileSync(join(plain, name), 'utf8');
      for (const kind of ['m', 'c']) {
        const file = join(dist, name.replace(/\.d\.ts$/, `.d.${kind}ts`));
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, text.replace(/(from '\.\.?\/[^']+)'/g, `$1.${kind}js'`));
      }
    }
  } finally {
    rmSync(plain, { recursive: true, force: true });
  }
}

const dist = resolve(process.argv[2] ?? join(sdk, 'dist'));
rmSync(dist, { recursive: true, force: true });
await bundle(dist, 'esm', 'index.mjs');
await bundle(dist, 'cjs', 'index.cjs');
writeTypes(dist);
