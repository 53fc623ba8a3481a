/** The key ring: keys of different purposes, sealed secrets bound to their owner, rotation. */
import { randomBytes } from 'node:crypto';
import {
  createKeyRing,
  digestsEqual,
  seal,
  unseal,
  UnknownKeyError,
  type KeyPurpose,
} from '../../runtime/keys';

const newMaster = () => randomBytes(32).toString('base64');
const SECRET = Buffer.from('JBSWY3DPEHPK3PXP');
const OWNER = ['usr_1', 'mth_1'];

describe('the key ring', () => {
  it.each(['', 'short', randomBytes(31).toString('base64'), randomBytes(33).toString('base64')])(
    'refuses a master key that is not 32 bytes in base64 (%j)',
    (text) => {
      expect(() => createKeyRing(text)).toThrow('MASTER_KEY must be 32 bytes');
    },
  );

  it('gives every purpose a key of its own, and the same master the same keys', () => {
    const master = newMaster();
    const purposes: KeyPurpose[] = ['seal', 'codes', 'identity', 'payload-codec', 'check', 'idempotency'];
    const keys = purposes.map((purpose) => createKeyRing(master).key(purpose).toString('hex'));
    expect(new Set(keys).size).toBe(purposes.length);
    expect(purposes.map((purpose) => createKeyRing(master).key(purpose).toString('hex'))).toEqual(keys);
    expect(createKeyRing(newMaster()).key('seal').toString('hex')).not.toBe(keys[0]);
  });

  it('names its keys without giving them away', () => {
    const master = newMaster();
    const { currentId, ids } = createKeyRing(master);
    expect(ids).toEqual([currentId]);
    expect(currentId).toMatch(/^[0-9a-f]{12}$/);
    expect(Buffer.from(master, 'base64').toString('hex')).not.toContain(currentId);
  });

  it('refuses a key id that it does not hold', () => {
    expect(() => createKeyRing(newMaster()).key('seal', 'ffffffffffff')).toThrow(UnknownKeyError);
  });
});

describe('a digest', () => {
  const ring = createKeyRing(newMaster());
  const hex = (parts: readonly string[]) => ring.digest('codes', parts).toString('hex');

  it('tells apart every split of the same text: each part has its length before it', () => {
    const splits = [['ab', 'c'], ['a', 'bc'], ['abc'], ['abc', ''], ['', 'abc'], ['a', 'b', 'c']];
    expect(new Set(splits.map(hex)).size).toBe(splits.length);
  });

  it('counts bytes, not characters', () => {
    expect(hex(['é', 'x'])).not.toBe(hex(['é'.normalize('NFD'), 'x']));
    expect(hex(['😀'])).toHaveLength(64);
  });

  it('is the same after a rotation, by its key id', () => {
    const [old, fresh] = [newMaster(), newMaster()];
    const before = createKeyRing(old);
    const after = createKeyRing(fresh, [old]);
    expect(after.digest('codes', ['x'], before.currentId)).toEqual(before.digest('codes', ['x']));
    expect(after.digest('codes', ['x'])).not.toEqual(before.digest('codes', ['x']));
  });

  it('is compared by content and length', () => {
    expect(digestsEqual(Buffer.from('ab'), Buffer.from('ab'))).toBe(true);
    expect(digestsEqual(Buffer.from('ab'), Buffer.from('ac'))).toBe(false);
    expect(digestsEqual(Buffer.from('ab'), Buffer.from('abc'))).toBe(false);
    expect(digestsEqual(Buffer.alloc(0), Buffer.from('a'))).toBe(false);
  });
});

describe('a sealed secret', () => {
  const ring = createKeyRing(newMaster());

  it('opens for its owner, and looks different every time', () => {
    const [one, other] = [seal(ring, SECRET, OWNER), seal(ring, SECRET, OWNER)];
    expect(unseal(ring, one, OWNER)).toEqual(SECRET);
    expect(one.box).not.toEqual(other.box);
    expect(one.box.includes(SECRET)).toBe(false);
  });

  it.each([
    [['usr_2', 'mth_1']],
    [['usr_1', 'mth_2']],
    [['usr_1']],
    [['usr_1mth_1']],
    [['mth_1', 'usr_1']],
    [[]],
  ])('copied to the row of %j does not open', (owner) => {
    const sealed = seal(ring, SECRET, OWNER);
    expect(() => unseal(ring, sealed, owner)).toThrow();
  });

  it('does not open with any bit changed, or cut short', () => {
    const sealed = seal(ring, SECRET, OWNER);
    for (let at = 0; at < sealed.box.length; at += 1) {
      const box = Buffer.from(sealed.box);
      box.writeUInt8(box.readUInt8(at) ^ 1, at);
      expect(() => unseal(ring, { ...sealed, box }, OWNER)).toThrow();
    }
    expect(() => unseal(ring, { ...sealed, box: sealed.box.subarray(0, -1) }, OWNER)).toThrow();
    expect(() => unseal(ring, { ...sealed, box: Buffer.alloc(0) }, OWNER)).toThrow();
  });

  it('stays readable after a rotation while the old master key is kept, and no longer', () => {
    const [old, fresh] = [newMaster(), newMaster()];
    const sealed = seal(createKeyRing(old), SECRET, OWNER);
    const rotated = createKeyRing(fresh, [old]);
    expect(unseal(rotated, sealed, OWNER)).toEqual(SECRET);
    expect(seal(rotated, SECRET, OWNER).keyId).toBe(rotated.currentId);
    expect(rotated.currentId).not.toBe(sealed.keyId);
    expect(() => unseal(createKeyRing(fresh), sealed, OWNER)).toThrow(UnknownKeyError);
  });

  it('does not open with a key that bears its id in name only', () => {
    const sealed = seal(ring, SECRET, OWNER);
    const other = createKeyRing(newMaster());
    expect(() => unseal(other, { ...sealed, keyId: other.currentId }, OWNER)).toThrow();
  });
});
