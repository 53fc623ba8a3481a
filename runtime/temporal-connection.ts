/** Connections to Temporal with the encrypting data converter, and the set-up that every deployment needs. */
import {
  Client,
  Connection,
  type ConnectionOptions,
  defaultGrpcRetryOptions,
  makeGrpcRetryInterceptor,
} from '@temporalio/client';
import type { DataConverter } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import type { Config } from './config';
import type { KeyRing } from './keys';
import { createPayloadCodec, type CodecOptions } from './payload-codec';

/** The data converter of a process; the same file of failure conversion goes into the workflow bundle. */
export function createDataConverter(keys: KeyRing, options: CodecOptions): DataConverter {
  return {
    payloadCodecs: [createPayloadCodec(keys, options)],
    failureConverterPath: require.resolve('./failure-converter'),
  };
}

/** Address and credentials of the server. An API key (Temporal Cloud) implies TLS. */
export function connectionOptions(config: Config) {
  const { TEMPORAL_ADDRESS: address, TEMPORAL_API_KEY: apiKey } = config;
  const tls = config.TEMPORAL_TLS === '1' || apiKey !== '';
  return { address, ...(tls && { tls: true }), ...(apiKey !== '' && { apiKey }) };
}

/** A client that connects lazily: an API process starts, and answers 503, while Temporal is away. */
export function createTemporalClient(config: Config, keys: KeyRing): Client {
  const connection = Connection.lazy({
    ...connectionOptions(config),
    connectTimeout: '2s',
    interceptors: [retryUntilDeadline],
    channelArgs: {
      'grpc.keepalive_time_ms': 10_000,
      'grpc.keepalive_timeout_ms': 3_000,
      'grpc.initial_reconnect_backoff_ms': 100,
      'grpc.max_reconnect_backoff_ms': 1_000,
    },
  });
  return new Client({
    connection,
    namespace: config.TEMPORAL_NAMESPACE,
    dataConverter: createDataConverter(keys, { scope: 'strict', clear: 'refuse' }),
  });
}

/**
 * Retries of a call end with its deadline. The SDK's own go on without a look at it, and one that wakes up after the
 * connection was closed ends the process.
 */
const retryUntilDeadline: NonNullable<ConnectionOptions['interceptors']>[number] = (options, nextCall) => {
  const defaults = defaultGrpcRetryOptions({ initialIntervalMs: () => 100 });
  const deadline = Number(options.deadline ?? Infinity);
  return makeGrpcRetryInterceptor({
    ...defaults,
    retryableDecider: (attempt, status) =>
      defaults.retryableDecider(attempt, status) &&
      Date.now() + defaults.delayFunction(attempt, status) < deadline,
  })(options, nextCall);
};

/** Registers the search attributes where they are missing. Existing ones are left alone. */
export async function ensureSearchAttributes(
  client: Client,
  namespace: string,
  names: readonly string[],
): Promise<void> {
  const operator = client.connection.operatorService;
  const known = await operator.listSearchAttributes({ namespace });
  const missing = names.filter((name) => !(name in (known.customAttributes ?? {})));
  if (missing.length === 0) return;
  const keyword = temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD;
  const searchAttributes = Object.fromEntries(missing.map((name) => [name, keyword]));
  await operator.addSearchAttributes({ namespace, searchAttributes });
}
