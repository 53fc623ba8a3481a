/**
 * Tells one state of a file from another without reading it: by which file it is, its size and its times. A rename
 * over it, a switched symbolic link and a rewrite in place all change the print.
 */
import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';

export function printOf({ dev, ino, size, mtimeMs, ctimeMs }: Stats): string {
  return [dev, ino, size, mtimeMs, ctimeMs].join(' ');
}

/** Follows symbolic links. Undefined when there is no such file, or no access to it. */
export async function readPrint(path: string): Promise<string | undefined> {
  return stat(path).then(printOf, () => undefined);
}
