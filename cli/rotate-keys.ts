/**
 * `npm run keys:rotate`: a new key signs from now on. Older ones verify for two more hours, longer than any token
 * lives, and are then retired. Running processes notice by themselves. Prints the ids of the keys in force.
 */
import { createBaseDeps } from '../runtime/deps';
import { newSigningKey } from '../runtime/signing-keys';
import { rotateSigningKey } from '../storage/key-store';
import { loadCommandConfig } from './run-directory';

async function main(): Promise<void> {
  const deps = await createBaseDeps(loadCommandConfig(), 'rotate-keys');
  try {
    const [signing, ...older] = await rotateSigningKey(deps.pool, await newSigningKey(deps.keys));
    console.log(`signs: ${signing}`);
    for (const kid of older) console.log(`still verifies: ${kid}`);
  } finally {
    await deps.close();
  }
}

main().catch((error: unknown) => {
  console.error(`not rotated: ${error instanceof Error ? error.message : 'failed'}`);
  process.exitCode = 1;
});
