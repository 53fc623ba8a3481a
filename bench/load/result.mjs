/** Writes a result as JSON and as Markdown, named by day and machine. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { slugOf } from '../sign-in/machine.mjs';

async function writeFormatted(path, text) {
  const config = await resolveConfig(path);
  writeFileSync(path, await format(text, { ...config, filepath: path }));
}

export const markdown = (heads, rows) =>
  [heads, heads.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

/** @param {{kind: string, out: string, text: (result: object) => string}} how */
export async function writeResult(result, { kind, out, text }) {
  mkdirSync(out, { recursive: true });
  const path = join(out, `${kind}-${result.at.slice(0, 10)}-${slugOf(result.machine)}`);
  await writeFormatted(`${path}.json`, JSON.stringify(result));
  await writeFormatted(`${path}.md`, text(result));
  process.stdout.write(`${text(result)}\n${path}.json\n`);
}
