/** Directories of list files for one test file; removed after it. */
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Call at the top of a test file: returns a function that makes a fresh directory. */
export function useTemporaryDirectories(): () => Promise<string> {
  const made: string[] = [];
  afterAll(async () => {
    for (const path of made) await rm(path, { recursive: true, force: true });
  });
  return async () => {
    const path = await mkdtemp(join(tmpdir(), 'zewstid-network-'));
    made.push(path);
    return path;
  };
}

/** Writes files by name; `modifiedAt` (epoch ms) becomes their modification time. */
export async function writeFiles(
  directory: string,
  files: Readonly<Record<string, string | Buffer>>,
  modifiedAt?: number,
): Promise<void> {
  await mkdir(directory, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(directory, name), content);
    if (modifiedAt !== undefined) {
      await utimes(join(directory, name), new Date(modifiedAt), new Date(modifiedAt));
    }
  }
}
