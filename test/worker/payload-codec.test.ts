import type { Payload } from '@temporalio/common';
import type { SerializationContext } from '@temporalio/common/lib/converter/serialization-context';
import { SUMMARIES } from '../../domain/flow-texts';
import { createKeyRing } from '../../runtime/keys';
import { createPayloadCodec, PayloadRefusedError, type CodecOptions } from '../../runtime/payload-codec';

const masterKey = (fill: number) => Buffer.alloc(32, fill).toString('base64');
const KEYS = createKeyRing(masterKey(1));
const STRICT: CodecOptions = { scope: 'strict', clear: 'refuse' };
const ANY_SCOPE: CodecOptions = { scope: 'any-scope', clear: 'refuse' };
const workflow = (workflowId: string, namespace = 'default'): SerializationContext => ({
  type: 'workflow',
  namespace,
  workflowId,
});
const HERE = workflow('sign-in/here');

const json = (text: string): Payload => ({
  metadata: { encoding: Buffer.from('json/plain') },
  data: Buffer.from(text),
});
const SECRET = json('{"userId":"canary"}');

async function encrypted(payload = SECRET, context = HERE, keys = KEYS): Promise<Payload> {
  const [one] = await createPayloadCodec(keys, STRICT).encode([payload], context);
  if (!one) throw new Error('nothing encoded');
  return one;
}
async function decrypted(
  payload: Payload,
  context: SerializationContext | undefined = HERE,
  codec = createPayloadCodec(KEYS, STRICT),
) {
  const [one] = await codec.decode([payload], context);
  return { encoding: textOf(one?.metadata?.['encoding']), text: textOf(one?.data) };
}
const textOf = (bytes: Uint8Array | null | undefined) => Buffer.from(bytes ?? []).toString();
const PLAIN = { encoding: 'json/plain', text: '{"userId":"canary"}' };

describe('the payload codec', () => {
  it('gives back what it encrypted, whatever the bytes', async () => {
    expect(await decrypted(await encrypted())).toEqual(PLAIN);
    const everyByte = { metadata: {}, data: Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)) };
    const [back] = await createPayloadCodec(KEYS, STRICT).decode([await encrypted(everyByte)], HERE);
    expect(Buffer.from(back?.data ?? [])).toEqual(everyByte.data);
  });

  it('shows nothing of what it encrypted but key id and scope', async () => {
    const { metadata, data } = await encrypted();
    expect(Object.keys(metadata ?? {}).sort()).toEqual(['encoding', 'key-id', 'scope']);
    expect(textOf(data)).not.toContain('canary');
    expect(textOf(metadata?.['encoding'])).toBe('binary/encrypted');
  });

  it('refuses a payload under a key that it does not hold', async () => {
    const foreign = await encrypted(SECRET, HERE, createKeyRing(masterKey(9)));
    await expect(decrypted(foreign)).rejects.toThrow('no master key with id');
  });

  it('refuses a payload under another key that claims to be ours', async () => {
    const foreign = await encrypted(SECRET, HERE, createKeyRing(masterKey(9)));
    const posing = { ...foreign, metadata: { ...foreign.metadata, 'key-id': Buffer.from(KEYS.currentId) } };
    await expect(decrypted(posing)).rejects.toThrow();
  });

  it('opens what a previous key encrypted, and encrypts under the current one only', async () => {
    const old = await encrypted(SECRET, HERE, createKeyRing(masterKey(1)));
    const rotated = createKeyRing(masterKey(2), [masterKey(1)]);
    expect(await decrypted(old, HERE, createPayloadCodec(rotated, STRICT))).toEqual(PLAIN);
    const fresh = await encrypted(SECRET, HERE, rotated);
    expect(textOf(fresh.metadata?.['key-id'])).toBe(createKeyRing(masterKey(2)).currentId);
  });

  it('refuses a payload moved to another workflow or another namespace', async () => {
    const payload = await encrypted();
    await expect(decrypted(payload, workflow('sign-in/there'))).rejects.toThrow(PayloadRefusedError);
    await expect(decrypted(payload, workflow('sign-in/here', 'other'))).rejects.toThrow(PayloadRefusedError);
  });

  it('refuses a moved payload whose scope was rewritten to fit, even where no scope is compared', async () => {
    const payload = await encrypted();
    const scope = Buffer.from(JSON.stringify(['default', 'sign-in/there']));
    const rewritten = { ...payload, metadata: { ...payload.metadata, scope } };
    const anyScope = createPayloadCodec(KEYS, ANY_SCOPE);
    await expect(decrypted(rewritten, workflow('sign-in/there'))).rejects.toThrow();
    await expect(decrypted(rewritten, workflow('sign-in/there'), anyScope)).rejects.toThrow();
  });

  it('opens a payload of any workflow for replay and the codec server', async () => {
    const anyScope = createPayloadCodec(KEYS, ANY_SCOPE);
    expect(await decrypted(await encrypted(), workflow('sign-in/there'), anyScope)).toEqual(PLAIN);
  });

  it('refuses a payload in which a single bit was altered, wherever it is', async () => {
    const payload = await encrypted();
    const length = payload.data?.length ?? 0;
    expect(length).toBeGreaterThan(28);
    for (let index = 0; index < length; index += 1) {
      const data = Buffer.from(payload.data ?? []);
      data.writeUInt8(data.readUInt8(index) ^ 1, index);
      await expect(decrypted({ ...payload, data })).rejects.toThrow();
    }
  });

  it('refuses a payload cut short', async () => {
    const { metadata, data } = await encrypted();
    for (const length of [0, 11, 12, 27, 28]) {
      await expect(
        decrypted({ metadata: { ...metadata }, data: Buffer.from(data ?? []).subarray(0, length) }),
      ).rejects.toThrow();
    }
  });

  it('never uses a nonce twice', async () => {
    const payloads = await createPayloadCodec(KEYS, STRICT).encode(Array<Payload>(1_000).fill(SECRET), HERE);
    const nonces = payloads.map(({ data }) =>
      Buffer.from(data ?? [])
        .subarray(0, 12)
        .toString('hex'),
    );
    expect(new Set(nonces).size).toBe(1_000);
  });
});

describe('a payload in clear', () => {
  const neutralising = createPayloadCodec(KEYS, { scope: 'strict', clear: 'neutralise' });
  const NULL = { encoding: 'binary/null', text: '' };
  const CLEAR: [string, Payload][] = [
    ['JSON', SECRET],
    ['text', json('"123456"')],
    ['a payload without metadata', { data: Buffer.from('{}') }],
    ['a payload without data', { metadata: { encoding: Buffer.from('binary/encrypted') } }],
    ['another encoding', { metadata: { encoding: Buffer.from('binary/plain') }, data: Buffer.from('x') }],
    ['JSON that breaks off', json('"verify')],
    ['details that break off', json('{"definition":oops')],
    ['details with a word too many', json('{"definition":{},"currentDetails":"Cancelled. canary"}')],
  ];

  it.each(CLEAR)('throws for clients and replay: %s', async (_, payload) => {
    await expect(decrypted(payload)).rejects.toThrow(PayloadRefusedError);
  });

  it.each(CLEAR)(
    'becomes null for workers, so that no message can wedge a workflow: %s',
    async (_, payload) => {
      expect(await decrypted(payload, HERE, neutralising)).toEqual(NULL);
    },
  );

  it('is let through when it is one of the fixed words for operators, and nothing else stays readable', async () => {
    const words = json(JSON.stringify(SUMMARIES.verifyTotp));
    expect(await encrypted(words)).toEqual(words);
    expect((await decrypted(words)).text).toBe('"verify TOTP code"');
    expect(textOf((await encrypted(json('"verify TOTP code 123456"'))).metadata?.['encoding'])).toBe(
      'binary/encrypted',
    );
  });
});
