import { hash } from 'node:crypto';
import type { SigningAlgorithm } from '../../protocol/signing-algorithms';

/** RFC 8037 §3.1: Ed25519 hashes with SHA-512; the others say it in their names. */
const HASHES: Readonly<Record<SigningAlgorithm | 'none', string>> = {
  ES256: 'sha256',
  RS256: 'sha256',
  PS256: 'sha256',
  EdDSA: 'sha512',
  // Nothing is signed: the hash of the default algorithm.
  none: 'sha256',
};

/** The left half of the hash of a token, a code or a state, in base64url (OpenID Connect Core §3.1.3.6, §3.3.2.11). */
export function halfHash(value: string, algorithm: SigningAlgorithm | 'none'): string {
  const digest = hash(HASHES[algorithm], Buffer.from(value, 'ascii'), 'buffer');
  return digest.subarray(0, digest.length / 2).toString('base64url');
}
