import { openidContext } from '../openid/openid-request';
import type { WantedClaims } from './claims-request';

/** What was asked for claim by claim, and what of it the person has agreed to. */
export interface GrantedClaims {
  readonly userinfo: WantedClaims;
  readonly id_token: WantedClaims;
  /** The names of those beyond what the scopes ask for. */
  readonly beyondScopes: readonly string[];
}

/** What was granted, from what was kept of the authorization request; null where its client asked for no claims. */
export function grantedClaimsIn(context: Readonly<Record<string, unknown>> | undefined): GrantedClaims | null {
  return grantedClaims(context, (context?.claims ?? []) as readonly string[]);
}

/** The same of a request that is being answered. @param beyondScopes the names of those that the person has agreed to beyond the scopes */
export function grantedClaims(
  context: Readonly<Record<string, unknown>> | undefined,
  beyondScopes: readonly string[],
): GrantedClaims | null {
  const { claims } = openidContext(context);
  return claims === undefined ? null : { ...claims, beyondScopes };
}

/**
 * What may be told of what is asked for: what the person has agreed to by itself, and what the scopes cover that they have agreed to.
 * @param covered the names of the claims that those scopes ask for
 */
export function permittedClaims(
  asked: WantedClaims,
  { beyondScopes }: GrantedClaims,
  covered: WantedClaims,
): WantedClaims {
  const permitted = Object.entries(asked).filter(
    ([name]) => beyondScopes.includes(name) || Object.hasOwn(covered, name),
  );
  return Object.fromEntries(permitted);
}
