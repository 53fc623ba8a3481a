/**
 * Encrypts every payload that Temporal stores or carries, but for the fixed words that describe a flow
 * (`isReadable`): AES-256-GCM, one nonce a payload. Key id and scope
 * (namespace and workflow id at encoding) travel in clear but authenticated, so a payload moved to another workflow
 * does not open there. Payloads in clear are refused.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { temporal } from '@temporalio/proto';
import type { Payload, PayloadCodec } from '@temporalio/common';
import type { SerializationContext } from '@temporalio/common/lib/converter/serialization-context';
import { isFlowText } from '../domain/flow-texts';
import type { KeyRing } from './keys';

const ENCODING = Buffer.from('binary/encrypted');
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_ID = /^[0-9a-f]{12}$/;
const PayloadMessage = temporal.api.common.v1.Payload;

export interface CodecOptions {
  /**
   * `strict` (client, worker): the scope must be the one of the workflow at hand.
   * `any-scope` (codec server, replay): the scope is authenticated but there is nothing to compare it with.
   */
  readonly scope: 'strict' | 'any-scope';
  /**
   * What becomes of a payload that is none of ours.
   * `refuse` (client): throws.
   * `neutralise` (worker): replaced by null, which every handler rejects. Throwing would make the workflow task fail
   * for ever, so that one forged Signal could keep a sign-in from expiring.
   * `pass` (codec server): left as it is, like everything that does not open. The SDK's core writes its own
   * bookkeeping of local activities in clear, and showing what is readable anyway gives nothing away.
   */
  readonly clear: 'refuse' | 'neutralise' | 'pass';
}

const NULL_PAYLOAD: Payload = { metadata: { encoding: Buffer.from('binary/null') }, data: new Uint8Array() };

/** A payload that is not encrypted, not ours, moved, or altered. */
export class PayloadRefusedError extends Error {
  constructor() {
    super('payload refused');
    this.name = 'PayloadRefusedError';
  }
}

/** Makes the codec. Encryption is synchronous: payloads are small and the thread pool costs more than it saves. */
export function createPayloadCodec(keys: KeyRing, options: CodecOptions): PayloadCodec {
  return {
    encode: (payloads, context) =>
      Promise.resolve(payloads.map((payload) => encrypt(keys, payload, scopeOf(context)))),
    decode: (payloads, context) =>
      new Promise((resolve) =>
        resolve(payloads.map((payload) => decode(keys, payload, { options, context }))),
      ),
  };
}

const JSON_PLAIN = Buffer.from('json/plain');
const LONGEST_READABLE_BYTES = 4_096;
const QUOTE = 0x22;
const METADATA_START = Buffer.from('{"definition":');

/**
 * Whether a payload is one of the words that describe a flow to an operator (`domain/flow-texts.ts`): a summary, or
 * the answer of the SDK's metadata query with such details. Only these stay readable without the codec.
 */
function isReadable({ metadata, data }: Payload): boolean {
  if (!data || data.length > LONGEST_READABLE_BYTES || !metadata?.['encoding']) return false;
  if (!JSON_PLAIN.equals(metadata['encoding'])) return false;
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  const isText = bytes[0] === QUOTE;
  // Most payloads are objects: they are not parsed for this.
  if (!isText && !bytes.subarray(0, METADATA_START.length).equals(METADATA_START)) return false;
  const value = parseJson(bytes);
  return isText ? typeof value === 'string' && isFlowText(value) : isFlowMetadata(value);
}

function isFlowMetadata(value: unknown): boolean {
  const { currentDetails, ...rest } = (value ?? {}) as Record<string, unknown>;
  const isDescribed =
    currentDetails === '' || (typeof currentDetails === 'string' && isFlowText(currentDetails));
  return isDescribed && Object.keys(rest).join() === 'definition';
}

function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

function scopeOf(context: SerializationContext | undefined): string {
  return context?.workflowId === undefined ? '' : JSON.stringify([context.namespace, context.workflowId]);
}

function encrypt(keys: KeyRing, payload: Payload, scope: string): Payload {
  if (isReadable(payload)) return payload;
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', keys.key('payload-codec'), nonce);
  cipher.setAAD(Buffer.from(JSON.stringify([keys.currentId, scope])));
  const body = Buffer.concat([cipher.update(PayloadMessage.encode(payload).finish()), cipher.final()]);
  return {
    metadata: { encoding: ENCODING, 'key-id': Buffer.from(keys.currentId), scope: Buffer.from(scope) },
    data: Buffer.concat([nonce, body, cipher.getAuthTag()]),
  };
}

interface Opening {
  readonly options: CodecOptions;
  readonly context: SerializationContext | undefined;
}

function decode(keys: KeyRing, payload: Payload, opening: Opening): Payload {
  const { clear } = opening.options;
  if (clear === 'pass') return openOrPass(keys, payload, opening);
  if (isOurs(payload)) return open(keys, payload, opening);
  if (isReadable(payload)) return payload;
  if (clear === 'neutralise') return NULL_PAYLOAD;
  throw new PayloadRefusedError();
}

/** One payload that does not open must not hide the rest of a history from an operator. */
function openOrPass(keys: KeyRing, payload: Payload, opening: Opening): Payload {
  try {
    return isOurs(payload) ? open(keys, payload, opening) : payload;
  } catch {
    return payload;
  }
}

/** Whether a payload has the form that `encrypt` gives; whether it is genuine shows when it is opened. */
function isOurs({ metadata, data }: Payload): boolean {
  if (!data || data.length < NONCE_BYTES + TAG_BYTES || !metadata?.['encoding']) return false;
  return (
    ENCODING.equals(metadata['encoding']) && KEY_ID.test(Buffer.from(metadata['key-id'] ?? []).toString())
  );
}

/** Opens one of ours. Throws when it was moved or altered, or when its key is not at hand. */
function open(keys: KeyRing, { metadata, data }: Payload, { options, context }: Opening): Payload {
  const keyId = Buffer.from(metadata?.['key-id'] ?? []).toString();
  const scope = Buffer.from(metadata?.['scope'] ?? []).toString();
  const expected = scopeOf(context);
  // A payload copied from another workflow's history must not be taken for this one's.
  if (options.scope === 'strict' && expected !== '' && scope !== expected) throw new PayloadRefusedError();
  const bytes = Buffer.from(data ?? []);
  const decipher = createDecipheriv(
    'aes-256-gcm',
    keys.key('payload-codec', keyId),
    bytes.subarray(0, NONCE_BYTES),
  );
  decipher.setAAD(Buffer.from(JSON.stringify([keyId, scope])));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  const plain = Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
  return PayloadMessage.decode(plain);
}
