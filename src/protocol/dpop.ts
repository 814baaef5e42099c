/** The header that carries a proof (RFC 9449 §4.1). */
export const DPOP_HEADER = 'dpop';

/** The header that carries a nonce of this server (RFC 9449 §8.1). */
export const DPOP_NONCE_HEADER = 'dpop-nonce';

/** Algorithms of proofs, all with a key pair (RFC 9449 §4.2). */
export const DPOP_ALGORITHMS: readonly string[] = ['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519', 'PS256', 'RS256'];

/** A proof as it came with a request; nothing of it is trusted yet. */
export interface PresentedProof {
  /** Every `DPoP` header of the request: it must be one (RFC 9449 §4.3). */
  readonly headers: readonly string[];
  readonly method: string;
  /** The address that was asked for, as clients know it, without query. */
  readonly url: string;
}

/** Whether a text can be the thumbprint of a key: SHA-256 as base64url (RFC 7638 §3.1, RFC 9449 §10). */
export function isThumbprint(text: string): boolean {
  return /^[A-Za-z0-9_-]{43}$/.test(text);
}

/**
 * Whether the address in a proof is the one that was asked for, both in normal form (RFC 9449 §4.3, RFC 3986 §6.2.2 and §6.2.3).
 * The claim has neither query nor fragment (RFC 9449 §4.2).
 */
export function isSameTarget(claimed: unknown, asked: string): boolean {
  if (typeof claimed !== 'string' || /[?#\s]/.test(claimed)) return false;
  const [one, other] = [normalTarget(claimed), normalTarget(asked)];
  return one !== null && one === other;
}

function normalTarget(address: string): string | null {
  if (!URL.canParse(address)) return null;
  const { protocol, host, username, password, pathname } = new URL(address);
  if (username !== '' || password !== '' || (protocol !== 'https:' && protocol !== 'http:')) return null;
  const path = pathname.replace(/%[0-9a-f]{2}/gi, (escape) => {
    const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    return /[A-Za-z0-9\-._~]/.test(character) ? character : escape.toUpperCase();
  });
  return `${protocol}//${host}${path}`;
}
