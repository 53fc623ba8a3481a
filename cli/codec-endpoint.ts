/** Prints how an operator reads encrypted payloads: the endpoint for the Temporal UI and the flags for its CLI. */
import { codecToken } from '../api/codec-server';
import { createKeyRing } from '../runtime/keys';
import { readInstance, readMasterKey } from './run-directory';

try {
  const { codec } = readInstance();
  const token = codecToken(createKeyRing(readMasterKey()));
  console.log('Temporal UI, "Configure Codec Server" (glasses icon), endpoint:');
  console.log(`  ${codec}/${token}`);
  console.log('Temporal CLI:');
  console.log(`  --codec-endpoint ${codec} --codec-auth 'Bearer ${token}'`);
} catch (error) {
  console.error(error instanceof Error ? error.message : 'failed');
  process.exitCode = 1;
}
