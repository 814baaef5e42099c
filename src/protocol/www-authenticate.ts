import { DPOP_ALGORITHMS } from './dpop';
import { errorDescription } from './error-description';
import {
  InsufficientRole,
  InsufficientScope,
  InsufficientUserAuthentication,
  MissingToken,
  type OAuthError,
} from './errors';

/**
 * The `WWW-Authenticate` challenge for a refusal at a guarded route.
 * Without credentials there is no error code (RFC 6750 §3); all scopes that the operation needs are named (§3.1), so that a client knows what to ask
 * for; too old or too weak a sign-in names what would do (RFC 9470 §3).
 * @param resourceMetadata address of the protected resource metadata (RFC 9728 §5.1)
 */
export function tokenChallenge(error: OAuthError, resourceMetadata: string | null): string {
  const { scheme, scopes, isHandedOut } = error.challenge ?? { scheme: 'Bearer', scopes: [] };
  const parameters: [string, string][] = [];
  if (!(error instanceof MissingToken)) {
    parameters.push(['error', error.error], ['error_description', error.message]);
  }
  const needed = error instanceof InsufficientScope ? error.scopes : scopes;
  // No scope would help whom a role is missing.
  if (needed.length > 0 && !(error instanceof InsufficientRole)) parameters.push(['scope', needed.join(' ')]);
  if (error instanceof InsufficientUserAuthentication) {
    const { maxAge, acrValues } = error.stepUp;
    if (maxAge !== undefined) parameters.push(['max_age', String(maxAge)]);
    if (acrValues !== undefined) parameters.push(['acr_values', acrValues.join(' ')]);
  }
  // RFC 9449 §7.1
  if (scheme === 'DPoP') parameters.push(['algs', DPOP_ALGORITHMS.join(' ')]);
  if (resourceMetadata !== null && isHandedOut !== true) parameters.push(['resource_metadata', resourceMetadata]);
  const list = parameters.map(([name, value]) => `${name}="${errorDescription(value)}"`).join(', ');
  return list === '' ? scheme : `${scheme} ${list}`;
}
