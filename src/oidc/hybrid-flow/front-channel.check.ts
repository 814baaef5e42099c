import type { AuthorizationCheck } from '../../oauth/authorization-code/authorization-check';
import type { AuthorizationRequest } from '../../oauth/authorization-code/authorization-request';
import { OFFLINE_ACCESS } from '../../oauth/resource-indicators/access';
import { InvalidRequest } from '../../protocol/errors';
import { wordsOf } from '../../protocol/response-type';
import { isOpenidRequest, openidContext } from '../openid/openid-request';

/** What comes from the authorization endpoint itself was asked for so that it is of use to nobody else. */
export class FrontChannelCheck implements AuthorizationCheck {
  readonly name = 'front-channel';
  readonly specification = 'OpenID Connect Core §3.2.2.1, §3.3.2.11';

  run(request: AuthorizationRequest): void {
    const words = wordsOf(request.responseType);
    if (words.includes('id_token')) {
      // OpenID Connect Core §3.1.2.1: without the scope it is no request for an ID token.
      if (!isOpenidRequest(request)) throw new InvalidRequest('An id_token is given with the scope openid only.');
      // OpenID Connect Core §3.2.2.1, §3.3.2.11: by it the client tells its own ID token from one that somebody has put into the browser.
      if (openidContext(request.context).nonce === undefined) {
        throw new InvalidRequest('A nonce is needed for an id_token from the authorization endpoint.');
      }
    }
    // RFC 9449 §10: the client wants tokens that are bound to its key, and this one would not be.
    if (words.includes('token') && request.dpopJkt !== null) {
      throw new InvalidRequest(
        'A token from the authorization endpoint cannot be bound to a key: leave token or DPoP out.',
      );
    }
    if (!words.includes('code')) withoutOffline(request);
  }
}

/** OpenID Connect Core §11: offline access is ignored where there is no code, from which alone a refresh token comes. */
function withoutOffline(request: AuthorizationRequest): void {
  const { access } = request;
  request.access = { ...access, scopes: access.scopes.filter((scope) => scope !== OFFLINE_ACCESS) };
}
