/** Attestations of authenticators: by the new key itself, and by a certificate as makers issue them (WebAuthn L3 §8.2). */
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import type { Attestation } from './software-authenticator';

/** Signed by the new key: no statement about its maker. */
export function selfAttestation(signed: Buffer, key: KeyObject): Attestation {
  return packed([['sig', sign('sha256', signed, key)]]);
}

/** Signed by a maker's key, with the certificate of that key. */
export function certifiedAttestation(signed: Buffer): Attestation {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const certificate = certificateOf(publicKey, privateKey);
  return packed([
    ['sig', sign('sha256', signed, privateKey)],
    ['x5c', [certificate]],
  ]);
}

function packed(statement: [string, unknown][]): Attestation {
  return { fmt: 'packed', attStmt: new Map<string, unknown>([['alg', -7], ...statement]) };
}

/** X.509 version 3, DER: an attestation certificate signed by itself. */
export function certificateOf(publicKey: KeyObject, privateKey: KeyObject): Buffer {
  const name = sequence(
    ...['55040613025345', '55040a13044d616b65', '55040313034b6579'].map(attribute),
    attribute(`55040b13${lengthHex(25)}${Buffer.from('Authenticator Attestation').toString('hex')}`),
  );
  const ecdsaWithSha256 = sequence(hex('06082a8648ce3d040302'));
  const validity = sequence(utcTime('200101000000Z'), utcTime('491231235959Z'));
  const noAuthority = sequence(hex('0603551d13'), der(0x04, sequence()));
  const content = sequence(
    hex('a003020102'),
    hex('020101'),
    ecdsaWithSha256,
    name,
    validity,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(noAuthority)),
  );
  const signature = Buffer.concat([Buffer.from([0]), sign('sha256', content, privateKey)]);
  return sequence(content, ecdsaWithSha256, der(0x03, signature));
}

const hex = (text: string) => Buffer.from(text, 'hex');
const lengthHex = (length: number) => length.toString(16).padStart(2, '0');
const utcTime = (text: string) => der(0x17, Buffer.from(text));
/** One attribute of a name, from the content of its object id, and its value. */
const attribute = (rest: string) => der(0x31, sequence(hex(`0603${rest}`)));
const sequence = (...parts: readonly Buffer[]) => der(0x30, Buffer.concat(parts));

function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
