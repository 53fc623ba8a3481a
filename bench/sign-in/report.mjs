/** Writes what a run found: the result as JSON, and its table between two marks of docs/performance.md. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { slugOf } from './machine.mjs';
import { tableOf } from './table.mjs';

const BEGIN = '<!-- bench:sign-in -->';
const END = '<!-- /bench:sign-in -->';

/** The document with the table between its marks; everything else stays as it is. */
export function withTable(document, table) {
  const [begin, end] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`docs/performance.md has no ${BEGIN} … ${END}`);
  return `${document.slice(0, begin + BEGIN.length)}\n\n${table}\n${document.slice(end)}`;
}

async function writeFormatted(path, text) {
  const config = await resolveConfig(path);
  writeFileSync(path, await format(text, { ...config, filepath: path }));
}

export const print = (result) => process.stdout.write(tableOf(result));

/**
 * @param {object} result
 * @param {{root: string, out: string}} where `docs/performance.md` is written only when `out` is within `bench/`: there
 *   its reader finds the figures behind the table
 */
export async function report(result, { root, out }) {
  mkdirSync(out, { recursive: true });
  const path = join(out, `sign-in-${result.at.slice(0, 10)}-${slugOf(result.machine)}.json`);
  await writeFormatted(path, JSON.stringify(result));
  print(result);
  process.stdout.write(`\n${path}\n`);
  const link = relative(join(root, 'docs'), path);
  if (!link.startsWith('../bench/')) return;
  const document = join(root, 'docs', 'performance.md');
  await writeFormatted(document, withTable(readFileSync(document, 'utf8'), tableOf(result, link)));
}
