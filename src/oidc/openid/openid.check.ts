import type { AuthorizationCheck } from '../../oauth/authorization-code/authorization-check';
import type { AuthorizationRequest } from '../../oauth/authorization-code/authorization-request';
import { InvalidRequest } from '../../protocol/errors';
import { RegistrationNotSupported } from '../../protocol/request-errors';
import { isOpenidRequest, keepOpenid } from './openid-request';

/** The longest nonce, in characters: it comes back in each ID token (DOS-04). */
const LONGEST_NONCE = 512;

/**
 * The client is registered, says where it is to be answered, and what it will recognise its ID token by is short enough to be kept.
 */
export class OpenidCheck implements AuthorizationCheck {
  readonly name = 'openid';
  readonly specification = 'OpenID Connect Core §3.1.2.1';

  run(request: AuthorizationRequest): void {
    if (!isOpenidRequest(request)) return;
    // OpenID Connect Core §7.2.1: nobody answers for themselves here.
    if (request.parameters.get('registration') !== undefined) {
      throw new RegistrationNotSupported('Clients are registered beforehand: leave registration out.');
    }
    // OpenID Connect Core §3.1.2.1: required, also of a client with one address, for which RFC 6749 §3.1.2.3 asks for none.
    if (request.parameters.get('redirect_uri') === undefined) {
      throw new InvalidRequest('redirect_uri is missing: OpenID Connect requires it.');
    }
    const nonce = request.parameters.get('nonce');
    if (nonce === undefined) return;
    // OpenID Connect Core §3.1.2.1: it is passed through unmodified, so what cannot be is refused.
    if (nonce.length > LONGEST_NONCE) throw new InvalidRequest(`The nonce has more than ${LONGEST_NONCE} characters.`);
    keepOpenid(request, { nonce });
  }
}
