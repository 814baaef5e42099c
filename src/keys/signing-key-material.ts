import {
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type JsonWebKey,
  type KeyObject,
  type KeyPairKeyObjectResult,
} from 'node:crypto';
import { promisify } from 'node:util';
import { sha256 } from '../crypto/digest';
import type { Envelope } from '../crypto/envelope';
import { ENCRYPTION_KEYS, type EncryptionKey } from '../protocol/encryption-algorithms';
import { SIGNING_ALGORITHMS, type SigningAlgorithm } from '../protocol/signing-algorithms';
import type { SigningKey, SigningKeyState } from './signing-key.entity';

/** The algorithm of access tokens: the fastest to sign with of those every client knows. */
export const DEFAULT_ALGORITHM = 'ES256' as const;

/** RFC 7518 §3.3: at least 2048 bits; more would make each signature several times as slow. */
const RSA_BITS = 2048;

/** What a key pair of ours is for: an algorithm to sign with, or a family of those to encrypt with. */
export type KeyName = SigningAlgorithm | EncryptionKey;

/** All of them. */
export const KEY_NAMES: readonly KeyName[] = [...SIGNING_ALGORITHMS, ...ENCRYPTION_KEYS];

/** Whether others encrypt to such a key, instead of checking what it has signed. */
export function isEncryptionKey(name: string): name is EncryptionKey {
  return ENCRYPTION_KEYS.some((known) => known === name);
}

/** Whether a pair of it takes longer to make than a server to start: primes have to be found. */
export function isSlowToMake(name: KeyName): boolean {
  return kindOf(name) === 'rsa';
}

/** A key as the database keeps it, without its place in the rotation. */
export type SealedKey = Pick<SigningKey, 'kid' | 'alg' | 'public_jwk' | 'private_jwk_sealed'>;

/** A key ready for use: native key objects, never text that would be parsed again for each signature. */
export interface UsableKey {
  readonly kid: string;
  readonly alg: KeyName;
  readonly state: SigningKeyState;
  readonly createdAt: number;
  readonly activatedAt: number | null;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly publicJwk: Readonly<Record<string, unknown>>;
}

/** Makes a key pair (RFC 7518 §3.3, §3.4, §4.3, §4.6, RFC 8037 §3.1) and encrypts its private part. */
export async function generateSealedKey(envelope: Envelope, alg: KeyName): Promise<SealedKey> {
  const { privateKey, publicKey } = await generatePair(alg);
  const jwk = publicKey.export({ format: 'jwk' });
  const kid = thumbprint(jwk);
  return {
    kid,
    alg,
    // An encryption key names no algorithm: whoever encrypts chooses among those of its kind.
    public_jwk: JSON.stringify({ ...jwk, ...(isEncryptionKey(alg) ? { use: 'enc' } : { use: 'sig', alg }), kid }),
    private_jwk_sealed: envelope.seal(
      purposeOf(kid),
      Buffer.from(JSON.stringify(privateKey.export({ format: 'jwk' }))),
    ),
  };
}

/** @throws {EnvelopeNotOpened} when the private part was encrypted with a key that is not among ours */
export function openKey(row: SigningKey, envelope: Envelope): UsableKey {
  const privateJwk = JSON.parse(envelope.open(purposeOf(row.kid), row.private_jwk_sealed).toString()) as JsonWebKey;
  const publicJwk = JSON.parse(row.public_jwk) as Record<string, unknown>;
  return {
    kid: row.kid,
    alg: row.alg as KeyName,
    state: row.state,
    createdAt: row.created_at,
    activatedAt: row.activated_at,
    privateKey: createPrivateKey({ key: privateJwk, format: 'jwk' }),
    publicKey: createPublicKey({ key: publicJwk as JsonWebKey, format: 'jwk' }),
    publicJwk,
  };
}

/** The private part, encrypted with the key-encryption key in use now. */
export function resealedKey(row: SigningKey, envelope: Envelope): string {
  return envelope.seal(purposeOf(row.kid), envelope.open(purposeOf(row.kid), row.private_jwk_sealed));
}

function generatePair(alg: KeyName): Promise<KeyPairKeyObjectResult> {
  switch (kindOf(alg)) {
    case 'ec':
      return promisify(generateKeyPair)('ec', { namedCurve: 'P-256' });
    case 'rsa':
      return promisify(generateKeyPair)('rsa', { modulusLength: RSA_BITS });
    case 'ed25519':
      return promisify(generateKeyPair)('ed25519');
  }
}

function kindOf(alg: KeyName): 'ec' | 'rsa' | 'ed25519' {
  switch (alg) {
    case 'ES256':
    case 'ECDH-ES':
      return 'ec';
    case 'RS256':
    case 'PS256':
    case 'RSA-OAEP-256':
      return 'rsa';
    case 'EdDSA':
      return 'ed25519';
  }
}

/** RFC 7638 §3.2, RFC 8037 §2: the required members of a key, in lexicographic order; what a kind of key has not is left out. */
function thumbprint({ crv, e, kty, n, x, y }: JsonWebKey): string {
  return sha256(JSON.stringify({ crv, e, kty, n, x, y }));
}

function purposeOf(kid: string): string {
  return `signing key ${kid}`;
}
