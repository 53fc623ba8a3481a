/** The VAPID key pair (RFC 8292), in the form that browsers and push services take: base64url of raw bytes. */
import { generateKeyPairSync } from 'node:crypto';
import type { Queryable } from '../storage/postgres';
import { ensureVapidKey, type VapidKeyRow } from '../storage/vapid-keys';
import { seal, unseal, type KeyRing } from './keys';

export interface VapidKeys {
  readonly publicKey: string;
  readonly privateKey: string;
}

/** Loads the pair, or makes it at the first start. */
export async function loadVapidKeys(db: Queryable, keys: KeyRing): Promise<VapidKeys> {
  const { publicKey, sealedPrivateKey, sealKeyId } = await ensureVapidKey(db, () => newVapidKey(keys));
  const sealed = { keyId: sealKeyId, box: sealedPrivateKey };
  return { publicKey, privateKey: unseal(keys, sealed, ownerOf(publicKey)).toString('base64url') };
}

const ownerOf = (publicKey: string) => ['vapid-key', publicKey];

function newVapidKey(keys: KeyRing): VapidKeyRow {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '', d = '' } = privateKey.export({ format: 'jwk' });
  const point = [x, y].map((coordinate) => Buffer.from(coordinate, 'base64url'));
  // Uncompressed (SEC 1 §2.3.3).
  const publicKey = Buffer.concat([Buffer.of(4), ...point]).toString('base64url');
  const { box, keyId } = seal(keys, Buffer.from(d, 'base64url'), ownerOf(publicKey));
  return { publicKey, sealedPrivateKey: box, sealKeyId: keyId };
}
