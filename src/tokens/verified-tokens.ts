import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { AccessTokenClaims } from './access-token-claims';

/** How many verified tokens are remembered at the most; each takes about a kilobyte. */
const CAPACITY = 20_000;

/** How many tokens signed by this process are known as such until they are first used; each takes about a hundred bytes. */
const SIGNED_CAPACITY = 20_000;

/** A token whose signature and claims have been found good. */
export interface VerifiedToken {
  readonly claims: AccessTokenClaims;
  readonly kid: string;
}

/** Remembers verified tokens by their digest, so that a signature is checked once; what changes with time is checked every time. */
export class VerifiedTokens {
  private readonly byDigest = new LRUCache<string, VerifiedToken>({ max: CAPACITY });
  private readonly signed = new LRUCache<string, string>({ max: SIGNED_CAPACITY });
  /** A token that is not found is put in a moment later: its digest is made once. */
  private last = { token: '', digest: '' };

  /** The digest covers the whole text: another spelling of a token is another token. */
  get(token: string): VerifiedToken | undefined {
    return this.byDigest.get(this.digestOf(token));
  }

  /** Remembers a token. */
  set(token: string, verified: VerifiedToken): void {
    this.byDigest.set(this.digestOf(token), verified);
  }

  /** Notes that this process has signed a token: its signature need not be checked. @param kid the key it was signed with */
  noteSigned(token: string, kid: string): void {
    this.signed.set(this.digestOf(token), kid);
  }

  /** With which key this process has signed the token; undefined where it has not, or has forgotten. */
  signedWith(token: string): string | undefined {
    return this.signed.get(this.digestOf(token));
  }

  /** Forgets a token. */
  delete(token: string): void {
    this.byDigest.delete(this.digestOf(token));
  }

  private digestOf(token: string): string {
    if (this.last.token === token) return this.last.digest;
    const digest = hash('sha256', token, 'binary');
    this.last = { token, digest };
    return digest;
  }
}
