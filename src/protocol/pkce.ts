import { equalInConstantTime, sha256 } from '../crypto/digest';

/** RFC 7636 §4.2: SHA-256 in base64url has 43 characters. */
const S256_CHALLENGE = /^[A-Za-z0-9_-]{43}$/;

/** RFC 7636 §4.1: 43 to 128 unreserved characters. */
const VERIFIER = /^[A-Za-z0-9._~-]{43,128}$/;

/** The only method there is: `plain` protects against nobody who sees the request (RFC 9700 §2.1.1). */
export const CHALLENGE_METHOD = 'S256';

/** Whether a text can be an S256 code challenge. */
export function isCodeChallenge(text: string): boolean {
  return S256_CHALLENGE.test(text);
}

/** Whether a text can be a code verifier. */
export function isCodeVerifier(text: string): boolean {
  return VERIFIER.test(text);
}

/** RFC 7636 §4.6: whether this verifier belongs to that challenge. */
export function verifiesChallenge(verifier: string, challenge: string): boolean {
  return isCodeVerifier(verifier) && equalInConstantTime(Buffer.from(sha256(verifier)), Buffer.from(challenge));
}
