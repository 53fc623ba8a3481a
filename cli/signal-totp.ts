/**
 * Sends a TOTP code by Signal, as an authenticator without the API would: the answer's digest goes to the store, the
 * Signal carries only its id. Reads `{"mfaSessionId","code"}` as JSON on standard input, so that neither shows up in
 * a process list. Prints the id of the attempt; the session's state tells the verdict.
 */
import { text } from 'node:stream/consumers';
import { createBaseDeps } from '../runtime/deps';
import { digestCode } from '../runtime/code-digest';
import { hashMfaSessionId, newSecret } from '../runtime/random-ids';
import { createTemporalClient } from '../runtime/temporal-connection';
import { submitAttempt } from '../storage/mfa-attempts';
import { signInWorkflowId, totpCodeSignal } from '../workflows/messages';
import { loadCommandConfig } from './run-directory';

async function main(): Promise<void> {
  const { mfaSessionId, code } = JSON.parse(await text(process.stdin)) as {
    mfaSessionId: string;
    code: string;
  };
  const config = loadCommandConfig();
  const deps = await createBaseDeps(config, 'signal-totp');
  const client = createTemporalClient(config, deps.keys);
  try {
    const sessionIdHash = hashMfaSessionId(mfaSessionId);
    const attemptId = newSecret();
    const { digest, keyId } = digestCode(deps.keys, { sessionIdHash, method: 'totp', code });
    await submitAttempt(deps.pool, { attemptId, sessionIdHash, method: 'totp', digest, digestKeyId: keyId });
    await client.workflow.getHandle(signInWorkflowId(sessionIdHash)).signal(totpCodeSignal, { attemptId });
    console.log(attemptId);
  } finally {
    await client.connection.close();
    await deps.close();
  }
}

main().catch((error: unknown) => {
  console.error(`not sent: ${error instanceof Error ? error.name : 'failed'}`);
  process.exitCode = 1;
});
