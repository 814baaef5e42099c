import { OFFERED_ACRS } from '../../auth/authentication-contexts';
import type { AuthorizationRequest, SignInDemand } from '../../oauth/authorization-code/authorization-request';

/** Which authentication context classes a client asks for. */
export interface RequestedAcr {
  /** Any of them will do. */
  readonly values: readonly string[];
  /** Whether nothing else will (OpenID Connect Core §5.5.1.1); otherwise it is a wish. */
  readonly isEssential: boolean;
}

/** How a wish is met. */
interface AcrTerms {
  /** The classes that people can reach by signing in. */
  readonly offered: readonly string[];
  /** Whether somebody may be asked to sign in for a mere wish. */
  readonly mayAsk: boolean;
}

/** Demands of the sign-in of a request that it reaches one of these classes; an empty list demands nothing. */
export function demandAcr(request: AuthorizationRequest, requested: RequestedAcr): void {
  if (requested.values.length === 0) return;
  const terms = { offered: OFFERED_ACRS, mayAsk: !request.prompts.has('none') };
  request.signInDemands.push(acrDemand(requested, terms));
}

/**
 * Whether a session reaches one of these classes, and what happens where it does not: whoever could reach it signs in once more; else a wish is let
 * go, and the `acr` of the ID token says what there was, while without what is essential the client is refused.
 */
export function acrDemand({ values, isEssential }: RequestedAcr, { offered, mayAsk }: AcrTerms): SignInDemand {
  const isWithinReach = values.some((value) => offered.includes(value));
  return (session, isNew) => {
    if (session !== null && values.includes(session.acr)) return 'met';
    if (isWithinReach && !isNew && (isEssential || mayAsk)) return 'sign-in';
    // OpenID Connect Core §5.5.1.1: without an essential class the authentication has failed.
    return isEssential ? 'unmet' : 'met';
  };
}
