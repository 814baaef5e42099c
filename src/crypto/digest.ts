import { createHmac, hash, type KeyObject, timingSafeEqual } from 'node:crypto';

/** SHA-256 as base64url (43 characters): how secrets of 256 random bits are stored. */
export function sha256(value: string | Buffer): string {
  return hash('sha256', value, 'base64url');
}

/** HMAC with SHA-256 (RFC 2104). */
export function hmacSha256(key: Buffer | KeyObject, ...parts: readonly (string | Buffer)[]): Buffer {
  const hmac = createHmac('sha256', key);
  for (const part of parts) hmac.update(part);
  return hmac.digest();
}

/** Compares without telling by its duration where two values differ (CWE-208). */
export function equalInConstantTime(left: Buffer, right: Buffer): boolean {
  return left.length === right.length && timingSafeEqual(left, right);
}
