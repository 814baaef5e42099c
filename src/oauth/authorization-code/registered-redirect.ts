import { matchesRedirectUri } from '../../protocol/redirect-uri';
import type { AuthorizationRequest } from './authorization-request';
import { usualModeOf } from './response-modes';

/** Whether a client has registered a redirect URI (RFC 9700 §2.1). */
export function isRegistered({ client }: AuthorizationRequest, redirectUri: string): boolean {
  // RFC 8252 §8.6: another port is another program, and nobody is asked whether one of the house may have what it wants.
  if (client.firstParty) return client.metadata.redirect_uris.includes(redirectUri);
  return client.metadata.redirect_uris.some((registered) => matchesRedirectUri(registered, redirectUri));
}

/** Trusts the redirect URI of a request that cannot be read any further, where the client has registered it: errors may go there. */
export function trustIfRegistered(request: AuthorizationRequest): void {
  const [uri, ...others] = request.parameters.all('redirect_uri');
  if (uri === undefined || others.length > 0 || !isRegistered(request, uri)) return;
  request.trust(uri);
  request.responseMode = usualModeOf(request.parameters);
  const [state, ...more] = request.parameters.all('state');
  if (more.length === 0) request.state = state;
}
