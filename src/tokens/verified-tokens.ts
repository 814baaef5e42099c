import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { AccessTokenClaims } from './access-token-claims';

/** How many verified tokens are remembered at the most; each takes about a kilobyte. */
const CAPACITY = 20_000;

/** A token whose signature and claims have been found good. */
export interface VerifiedToken {
  readonly claims: AccessTokenClaims;
  readonly kid: string;
}

/** Remembers verified tokens by their digest, so that a signature is checked once; what changes with time is checked every time. */
export class VerifiedTokens {
  private readonly byDigest = new LRUCache<string, VerifiedToken>({ max: CAPACITY });

  /** The digest covers the whole text: another spelling of a token is another token. */
  get(token: string): VerifiedToken | undefined {
    return this.byDigest.get(digestOf(token));
  }

  /** Remembers a token. */
  set(token: string, verified: VerifiedToken): void {
    this.byDigest.set(digestOf(token), verified);
  }

  /** Forgets a token. */
  delete(token: string): void {
    this.byDigest.delete(digestOf(token));
  }
}

function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('binary');
}
