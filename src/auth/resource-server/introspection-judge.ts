import { Inject, Injectable } from '@nestjs/common';
import { isCompactJws } from '../../protocol/compact-jws';
import type { AccessTokenClaims } from '../../tokens/access-token-claims';
import { AccessTokenVerifier } from '../../tokens/access-token-verifier';
import { RESOURCE_SERVER_TERMS, type ResourceServerTerms } from '../resource-server-options';
import { TokenJudge } from '../token-judge';
import { TokenIntrospection } from './token-introspection';

/** Opaque tokens are asked about; JWTs are known by their signature, and asked about on top where their revocation has to count. */
@Injectable()
export class IntrospectionJudge extends TokenJudge {
  private readonly jwtToo: boolean;

  constructor(
    private readonly verifier: AccessTokenVerifier,
    private readonly introspection: TokenIntrospection,
    @Inject(RESOURCE_SERVER_TERMS) terms: ResourceServerTerms,
  ) {
    super();
    this.jwtToo = terms.introspection?.jwtToo === true;
  }

  recall(token: string): AccessTokenClaims | null {
    if (!isCompactJws(token)) return this.introspection.recall(token);
    if (this.jwtToo && this.introspection.recall(token) === null) return null;
    return this.verifier.recall(token);
  }

  async judge(token: string, bySignature: () => Promise<AccessTokenClaims>): Promise<AccessTokenClaims> {
    if (!isCompactJws(token)) return this.introspection.claimsOf(token);
    const claims = await bySignature();
    if (this.jwtToo) await this.introspection.claimsOf(token);
    return claims;
  }
}
