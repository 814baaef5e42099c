import { errorDescription } from './error-description';
import { InsufficientScope, InsufficientUserAuthentication, MissingToken, type OAuthError } from './errors';

/**
 * The `WWW-Authenticate` challenge for a refusal at a guarded route.
 * Without credentials there is no error code (RFC 6750 §3); too little scope names all that is needed (§3.1); too old or too weak a
 * sign-in names what would do (RFC 9470 §3).
 * @param resourceMetadata address of the protected resource metadata (RFC 9728 §5.1)
 */
export function bearerChallenge(error: OAuthError, resourceMetadata: string | null): string {
  const parameters: [string, string][] = [];
  if (!(error instanceof MissingToken)) {
    parameters.push(['error', error.error], ['error_description', error.message]);
  }
  if (error instanceof InsufficientScope) parameters.push(['scope', error.scopes.join(' ')]);
  if (error instanceof InsufficientUserAuthentication) {
    const { maxAge, acrValues } = error.stepUp;
    if (maxAge !== undefined) parameters.push(['max_age', String(maxAge)]);
    if (acrValues !== undefined) parameters.push(['acr_values', acrValues.join(' ')]);
  }
  if (resourceMetadata !== null) parameters.push(['resource_metadata', resourceMetadata]);
  const list = parameters.map(([name, value]) => `${name}="${errorDescription(value)}"`).join(', ');
  return list === '' ? 'Bearer' : `Bearer ${list}`;
}
