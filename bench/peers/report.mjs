/** The figures of a run: a table with multiples of ours, the files in `bench/results`, and the table of the docs. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import prettier from 'prettier';
import { AT_A_TIME, KINDS } from './rounds.mjs';

const WORDS = {
  'let-in': 'MFA check, let in',
  challenge: 'MFA check, challenged',
  totp: 'verify TOTP',
  password: 'password hash and TOTP, whole sign-in',
};
const BEGIN = '<!-- bench:peers -->';
const END = '<!-- /bench:peers -->';

/** Cores and model of the processor: what figures depend on, and nothing that names the machine. */
export function machineSlug({ cores, cpu }) {
  const model = (cpu ?? 'unknown cpu').replace(/\((r|tm)\)|\bcpu\b|@.*$/gi, ' ');
  return `${cores}-cores-${model}`
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/-$/, '');
}

function rowsOf({ products, figures }, ours) {
  const nameOf = (slug) => {
    const { name, version } = products.find((product) => product.slug === slug);
    return `${name} ${version}`;
  };
  return KINDS.flatMap((kind) => {
    const own = figures.find((one) => one.kind === kind && one.slug === ours && !one.failure);
    const times = (value, of) => (own ? `${value} (${(value / of).toFixed(2)})` : `${value}`);
    return figures
      .filter((one) => one.kind === kind)
      .map(({ slug, failure, p50, p95, p99, perSecond }) => {
        const cells = failure
          ? ['failed', '', '', '']
          : [
              times(p50, own?.p50),
              times(p95, own?.p95),
              times(p99, own?.p99),
              times(perSecond, own?.perSecond),
            ];
        return `| ${[WORDS[kind], nameOf(slug), ...cells].join(' | ')} |`;
      });
  });
}

export const tableOf = (result, ours) =>
  [
    `| Request | Product | p50 ms | p95 ms | p99 ms | a second at ${AT_A_TIME} |`,
    '| --- | --- | --- | --- | --- | --- |',
    ...rowsOf(result, ours),
  ].join('\n');

function notesOf({ products, figures, skipped, postgres }) {
  const of = (holds) =>
    products
      .filter(holds)
      .map(({ name }) => name)
      .join(', ') || 'none';
  return [
    `Postgres ${postgres.version} for all, fsync ${postgres.fsync}, synchronous_commit ${postgres.synchronousCommit}.`,
    `Password hashes: ${products.flatMap(({ name, hash }) => (hash ? [`${name} ${hash}`] : [])).join('; ')}.`,
    `A code used before is refused by: ${of(({ refusesReplay }) => refusesReplay)}; taken again by: ${of(({ refusesReplay }) => !refusesReplay)}.`,
    ...skipped.map(({ name, reason }) => `Not in this run: ${name} (${reason}).`),
    ...figures.flatMap(({ slug, kind, failure }) =>
      failure ? [`Failed: ${slug}, ${kind}: ${failure}`] : [],
    ),
  ].map((note) => `- ${note}`);
}

const conditionsOf = ({ rounds, requests, machine }) =>
  `Medians of ${rounds} rounds of ${requests} requests, one at a time; then so many a second at ${AT_A_TIME} at a time. In brackets multiples of ours in the same run: of milliseconds more is slower, of requests a second more is faster. ${machine.cores} cores (${machine.cpu}), load ${machine.load[0].toFixed(1)}, Node ${machine.node}, with the load generator on the same cores.`;

export const pageOf = (result, ours) =>
  prettier.format(
    [
      `# Other products, ${result.at.slice(0, 10)}`,
      conditionsOf(result),
      tableOf(result, ours),
      notesOf(result).join('\n'),
    ].join('\n\n'),
    { parser: 'markdown' },
  );

/** @returns {Promise<string>} the path without `.json` and `.md` */
export async function writeResult(folder, result, ours) {
  mkdirSync(folder, { recursive: true });
  const name = join(folder, `peers-${result.at.slice(0, 10)}-${machineSlug(result.machine)}`);
  const style = await prettier.resolveConfig(`${name}.json`);
  writeFileSync(`${name}.json`, await prettier.format(JSON.stringify(result), { ...style, parser: 'json' }));
  writeFileSync(`${name}.md`, await pageOf(result, ours));
  return name;
}

/** Puts the table between the marks of a page of the docs. */
export async function writeDocs(file, result, { ours, source }) {
  const page = readFileSync(file, 'utf8');
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`${BEGIN} … ${END} is missing in ${file}`);
  const text = `${BEGIN}\n\nFrom [${source}](../${source}). ${conditionsOf(result)}\n\n${tableOf(result, ours)}\n\n`;
  const formatted = await prettier.format(page.slice(0, begin) + text + page.slice(end), {
    parser: 'markdown',
  });
  writeFileSync(file, formatted);
}
