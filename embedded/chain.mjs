/**
 * "The first that works." Owns: trying sources in a fixed order and telling which one served and why the
 * ones before it did not. Must never: fall silently from a source the user named to one they did not.
 */

/** Thrown by a source that the user named explicitly: the chain stops there instead of using something else. */
export class NamedSourceFailed extends Error {}

/** How long a server that the user named may take to answer, before the start is given up. */
export const NAMED_LIMITS = { withinMs: 3000, everyMs: 250 };

/**
 * Tries each source in order.
 * @param {string} what what is looked for, for the message
 * @param {{name: string, find: () => Promise<T | string> | T | string}[]} sources `find` returns the thing, or a
 *   text saying why this source does not serve; throwing counts as such a text (but see `NamedSourceFailed`)
 * @param {string} advice what to do when nothing works
 * @returns {Promise<{found: T, source: string, passedOver: string[]}>}
 * @template T
 */
export async function firstThatWorks(what, sources, advice) {
  const passedOver = [];
  for (const { name, find } of sources) {
    try {
      const found = await find();
      if (typeof found !== 'string') return { found, source: name, passedOver };
      passedOver.push(`${name}: ${found}`);
    } catch (error) {
      if (error instanceof NamedSourceFailed) throw error;
      passedOver.push(`${name}: ${firstLine(error.message)}`);
    }
  }
  throw new Error(`no ${what}:\n${passedOver.map((line) => `    - ${line}`).join('\n')}\n  ${advice}`);
}

function firstLine(text) {
  return String(text).trim().split('\n', 1)[0].slice(0, 200);
}

/** "from X (DATABASE_URL: not set; PATH: not found)" — the half of a progress line that names the source. */
export function describeChoice({ source, passedOver }) {
  return passedOver.length === 0 ? `from ${source}` : `from ${source} (${passedOver.join('; ')})`;
}
