import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import type { KeyManagementAlgorithm } from '../protocol/encryption-algorithms';
import { MetadataFault } from './metadata-field';

/** How many keys a client has at the most. */
const MOST_KEYS = 20;

/** RFC 8725 §3.5, RFC 7518 §3.3: at least 2048 bits; more than 4096 cost this server more than they are worth (DOS-10). */
const RSA_BITS = { least: 2_048, most: 4_096 };

/** Members of a JWK that hold a secret (RFC 7518 §6.2.2, §6.3.2, §6.4.1). */
const SECRET_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/** The algorithms that a key can be used with, by its type and curve (RFC 7518 §3.1, RFC 8037 §3.1). */
const ALGORITHMS_OF: Readonly<Record<string, readonly string[]>> = {
  'EC P-256': ['ES256'],
  'EC P-384': ['ES384'],
  'EC P-521': ['ES512'],
  'OKP Ed25519': ['EdDSA', 'Ed25519'],
  RSA: ['PS256', 'PS384', 'PS512', 'RS256'],
};

/** The algorithms that a key can be encrypted to with, by its type (RFC 7518 §4.1). */
const ENCRYPTIONS_OF: Readonly<Record<string, readonly KeyManagementAlgorithm[]>> = {
  EC: ['ECDH-ES', 'ECDH-ES+A128KW', 'ECDH-ES+A256KW'],
  RSA: ['RSA-OAEP-256', 'RSA-OAEP'],
};

/** A public key as a client registers it (RFC 7517 §4). */
export type PublicJwk = Readonly<Record<string, unknown>> & { readonly kty: string; readonly kid?: string };

/** A client's public keys (RFC 7517 §5). */
export interface PublicKeySet {
  readonly keys: readonly PublicJwk[];
}

/**
 * Reads a set of public keys with which signatures are to be checked, or to which is to be encrypted.
 * @throws {MetadataFault} for keys that are secret, weak, malformed, or of a kind that is not used here
 */
export function keySetOf(value: unknown): PublicKeySet {
  const keys: unknown = (value as { keys?: unknown } | null | undefined)?.keys;
  if (!Array.isArray(keys)) throw new MetadataFault('must be a JSON Web Key Set (RFC 7517 §5)');
  if (keys.length === 0) throw new MetadataFault('must hold a key');
  if (keys.length > MOST_KEYS) throw new MetadataFault(`must hold at most ${MOST_KEYS} keys`);
  const read = (keys as unknown[]).map(publicJwkOf);
  const kids = read.flatMap(({ kid }) => kid ?? []);
  if (new Set(kids).size !== kids.length) {
    throw new MetadataFault('must not give two keys the same kid (RFC 7517 §4.5)');
  }
  return { keys: read };
}

/**
 * Reads a set of keys that a client publishes by itself: what of it cannot be used here is left aside (RFC 7517 §5), since keys for others may stand in
 * the same set.
 * @returns null where it is no set of keys, or has too many
 */
export function usableKeysOf(value: unknown): readonly PublicJwk[] | null {
  const keys: unknown = (value as { keys?: unknown } | null | undefined)?.keys;
  if (!Array.isArray(keys) || keys.length > MOST_KEYS) return null;
  return (keys as unknown[]).flatMap((key) => {
    try {
      return [publicJwkOf(key)];
    } catch (error) {
      if (error instanceof MetadataFault) return [];
      throw error;
    }
  });
}

/** A key ready for use. @throws {MetadataFault} */
export function keyObjectOf(jwk: PublicJwk): KeyObject {
  try {
    return createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
  } catch {
    throw new MetadataFault(
      'must hold keys that can be used (RFC 7518 §6): a point on its curve, a modulus and an exponent',
    );
  }
}

/** The algorithms that a key can be used with. */
export function algorithmsOf({ kty, crv }: PublicJwk): readonly string[] {
  return ALGORITHMS_OF[kty === 'RSA' ? 'RSA' : `${kty} ${String(crv)}`] ?? [];
}

/** The algorithms with which can be encrypted to a key; none where it says that it is for something else (RFC 7517 §4.2, §4.4). */
export function encryptionsOf({ kty, use = 'enc', alg }: PublicJwk): readonly KeyManagementAlgorithm[] {
  if (use !== 'enc') return [];
  return (ENCRYPTIONS_OF[kty] ?? []).filter((known) => alg === undefined || known === alg);
}

function publicJwkOf(value: unknown): PublicJwk {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new MetadataFault('must be a list of JSON Web Keys');
  }
  const jwk = value as PublicJwk;
  if (SECRET_MEMBERS.some((member) => Object.hasOwn(jwk, member))) {
    throw new MetadataFault('must hold public keys only: take the private parts out, and make new keys');
  }
  for (const member of ['kid', 'use', 'alg']) {
    const text: unknown = jwk[member];
    if (text !== undefined && (typeof text !== 'string' || text === '' || text.length > 200)) {
      throw new MetadataFault(`must give ${member} as a text of 1 to 200 characters`);
    }
  }
  const algorithms = algorithmsOf(jwk);
  if (algorithms.length === 0) {
    throw new MetadataFault('must hold keys of type EC (P-256, P-384, P-521), OKP (Ed25519) or RSA');
  }
  const usable = jwk['use'] === 'enc' ? encryptionsOf({ ...jwk, alg: undefined }) : algorithms;
  // RFC 8725 §3.2: a key is for one algorithm.
  if (jwk['alg'] !== undefined && !usable.some((known) => known === jwk['alg'])) {
    throw new MetadataFault('must not name an alg that the key cannot be used with');
  }
  assertStrong(keyObjectOf(jwk));
  return jwk;
}

function assertStrong(key: KeyObject): void {
  const { modulusLength, publicExponent } = key.asymmetricKeyDetails ?? {};
  if (modulusLength === undefined) return;
  if (modulusLength < RSA_BITS.least || modulusLength > RSA_BITS.most) {
    throw new MetadataFault(`must hold RSA keys of ${RSA_BITS.least} to ${RSA_BITS.most} bits`);
  }
  const exponent = publicExponent ?? 0n;
  // RFC 8017 §3.1: odd, and at least 3; an even modulus has 2 for a factor.
  if (exponent < 3n || exponent % 2n === 0n || isEven(key)) {
    throw new MetadataFault('must hold RSA keys with an odd modulus and an odd exponent from 3');
  }
}

function isEven(key: KeyObject): boolean {
  const { n } = key.export({ format: 'jwk' });
  return (Buffer.from(n ?? '', 'base64url').at(-1) ?? 0) % 2 === 0;
}
