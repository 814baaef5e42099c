import type { UntrustedJoseHeader } from './compact-jws';
import { isCanonicalBase64url, joseHeaderOf } from './compact-jws';
import {
  CONTENT_ENCRYPTIONS,
  type ContentEncryption,
  KEY_MANAGEMENT_ALGORITHMS,
  type KeyManagementAlgorithm,
} from './encryption-algorithms';

/** The longest encrypted text that is looked at, in characters: the longest signed one, encrypted (DOS-10). */
const LONGEST = 12_288;

/** Header members that would make a text more than it seems, bring a key, or have us work for it: `zip` unpacks to any size (JWT-16), `p2c` counts (JWT-17). */
const REFUSED_MEMBERS = ['zip', 'crit', 'jwk', 'jku', 'x5u', 'x5c', 'p2c', 'p2s'];

/** What an encrypted text says of itself; nothing of it is trusted yet. */
export interface EncryptionHint {
  readonly alg: KeyManagementAlgorithm;
  readonly enc: ContentEncryption;
  readonly kid?: string | undefined;
}

/** Whether a text seems to be a JWE in compact serialization (RFC 7516 §9). */
export function looksEncrypted(token: string): boolean {
  return token.split('.', 6).length === 5;
}

/**
 * Reads the header of a JWE in compact serialization, strictly (RFC 7516 §3.1, §5.2).
 * @returns null where it is none, is too long, or is encrypted in a way that is not taken here
 */
export function readCompactJwe(token: string): EncryptionHint | null {
  if (token.length > LONGEST) return null;
  const [header = '', key = '', ...rest] = token.split('.', 6);
  // Between two that agree on a key directly none is sent.
  if (rest.length !== 3 || ![header, ...rest].every(isCanonicalBase64url)) return null;
  if (key !== '' && !isCanonicalBase64url(key)) return null;
  const read = joseHeaderOf(header);
  return read === null ? null : hintOf(read);
}

function hintOf(header: UntrustedJoseHeader): EncryptionHint | null {
  const { kid } = header;
  const alg = KEY_MANAGEMENT_ALGORITHMS.find((known) => known === header.alg);
  const enc = CONTENT_ENCRYPTIONS.find((known) => known === header.enc);
  if (alg === undefined || enc === undefined || (kid !== undefined && typeof kid !== 'string')) return null;
  return REFUSED_MEMBERS.some((name) => Object.hasOwn(header, name)) ? null : { alg, enc, kid };
}
