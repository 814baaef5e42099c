/** How the key of what is encrypted travels (RFC 7518 §4.1). Neither RSA1_5 nor PBES2 is among them, nor any secret that two share (JWT-17, JWT-18). */
export const KEY_MANAGEMENT_ALGORITHMS = [
  'RSA-OAEP-256',
  'RSA-OAEP',
  'ECDH-ES',
  'ECDH-ES+A128KW',
  'ECDH-ES+A256KW',
] as const;

/** The name of one. */
export type KeyManagementAlgorithm = (typeof KEY_MANAGEMENT_ALGORITHMS)[number];

/** How the content is encrypted (RFC 7518 §5.1). */
export const CONTENT_ENCRYPTIONS = ['A128CBC-HS256', 'A256CBC-HS512', 'A128GCM', 'A256GCM'] as const;

/** The name of one. */
export type ContentEncryption = (typeof CONTENT_ENCRYPTIONS)[number];

/** What is meant where somebody names a key management algorithm alone (OpenID Connect Registration §2). */
export const DEFAULT_CONTENT_ENCRYPTION: ContentEncryption = 'A128CBC-HS256';

/** The key pairs to which others encrypt what they send us, each named by the first algorithm that it serves. */
export const ENCRYPTION_KEYS = ['RSA-OAEP-256', 'ECDH-ES'] as const;

/** The name of one. */
export type EncryptionKey = (typeof ENCRYPTION_KEYS)[number];

/** Which of the key pairs an algorithm works with. */
export function encryptionKeyFor(algorithm: KeyManagementAlgorithm): EncryptionKey {
  return algorithm.startsWith('RSA') ? 'RSA-OAEP-256' : 'ECDH-ES';
}
