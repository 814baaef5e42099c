import { Injectable } from '@nestjs/common';
import { Clock } from '../config/clock';
import { InsufficientRole, InsufficientScope, InsufficientUserAuthentication } from '../protocol/errors';
import { storedScopes } from '../protocol/scope';
import type { AccessTokenClaims } from '../tokens/access-token-claims';
import type { RoutePolicy } from './route-policy';

/** Checks of a team's own on every access token, on top of ours. */
export interface ClaimsVerifier {
  /** @throws {InvalidToken} (or any other error) to refuse the token */
  verify(claims: AccessTokenClaims): Promise<void> | void;
}

/** Holds what a route demands against what a token carries. */
@Injectable()
export class Requirements {
  private readonly verifiers: ClaimsVerifier[] = [];

  constructor(private readonly clock: Clock) {}

  /** Adds a check that every access token has to pass. */
  register(verifier: ClaimsVerifier): void {
    this.verifiers.push(verifier);
  }

  /** Whether {@link verifyClaims} has anything to do. */
  get hasVerifiers(): boolean {
    return this.verifiers.length > 0;
  }

  /** @throws whatever a verifier throws */
  async verifyClaims(claims: AccessTokenClaims): Promise<void> {
    for (const verifier of this.verifiers) await verifier.verify(claims);
  }

  /**
   * @throws {InsufficientScope} RFC 6750 §3.1: naming all the scopes that the operation needs
   * @throws {InsufficientRole} when the person lacks a role
   * @throws {InsufficientUserAuthentication} RFC 9470 §3: when the sign-in is too old or too weak
   */
  assertMet(policy: RoutePolicy, claims: AccessTokenClaims): void {
    // RFC 6749 §3.3: scope-tokens are compared whole and with regard to case.
    if (policy.scopes.length > 0 && !includesAll(storedScopes(claims.scope), policy.scopes)) {
      throw new InsufficientScope(policy.scopes);
    }
    if (policy.roles.length > 0 && !includesAll(claims.roles ?? [], policy.roles)) throw new InsufficientRole();
    if (policy.maxAge !== undefined && !this.isFresh(claims, policy.maxAge)) {
      throw new InsufficientUserAuthentication({ maxAge: policy.maxAge });
    }
    if (policy.acrValues !== undefined && (claims.acr === undefined || !policy.acrValues.includes(claims.acr))) {
      throw new InsufficientUserAuthentication({ acrValues: policy.acrValues });
    }
  }

  private isFresh(claims: AccessTokenClaims, maxAge: number): boolean {
    return claims.auth_time !== undefined && this.clock.now() <= (claims.auth_time + maxAge) * 1_000;
  }
}

function includesAll(held: readonly string[], needed: readonly string[]): boolean {
  return needed.every((one) => held.includes(one));
}
