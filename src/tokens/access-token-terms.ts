import type { Settings } from '../config/settings';

/** Injection token of the {@link AccessTokenTerms}. */
export const ACCESS_TOKEN_TERMS = Symbol('AccessTokenTerms');

/** What an access token has to say of itself to be good here. */
export interface AccessTokenTerms {
  readonly issuer: string;
  readonly audience: string;
  /** How far the issuer's clock may be off, in seconds. */
  readonly clockTolerance: number;
  /** For how long a token can be good at the most, in seconds, whatever it says. */
  readonly lifetime: number;
}

/** The terms of the issuer itself, for its own API. */
export function ownTerms({ issuer, tokens }: Pick<Settings, 'issuer' | 'tokens'>): AccessTokenTerms {
  const { audience, clockTolerance, accessTokenLifetime } = tokens;
  return { issuer, audience, clockTolerance, lifetime: accessTokenLifetime };
}
