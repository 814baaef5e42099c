import type { AuthorizationCheck } from '../../oauth/authorization-code/authorization-check';
import type { AuthorizationRequest } from '../../oauth/authorization-code/authorization-request';
import { InvalidRequest } from '../../protocol/errors';
import { RegistrationNotSupported } from '../../protocol/request-errors';
import { isOpenidRequest, keepOpenid } from './openid-request';

/** The longest nonce, in characters: it comes back in each ID token (DOS-04). */
const LONGEST_NONCE = 512;

/** What the client will recognise its ID token by is short enough to be kept; and it is one that is registered. */
export class OpenidCheck implements AuthorizationCheck {
  readonly name = 'openid';
  readonly specification = 'OpenID Connect Core §3.1.2.1';

  run(request: AuthorizationRequest): void {
    if (!isOpenidRequest(request)) return;
    // OpenID Connect Core §7.2.1: nobody answers for themselves here.
    if (request.parameters.get('registration') !== undefined) {
      throw new RegistrationNotSupported('Clients are registered beforehand: leave registration out.');
    }
    const nonce = request.parameters.get('nonce');
    if (nonce === undefined) return;
    // OpenID Connect Core §3.1.2.1: it is passed through unmodified, so what cannot be is refused.
    if (nonce.length > LONGEST_NONCE) throw new InvalidRequest(`The nonce has more than ${LONGEST_NONCE} characters.`);
    keepOpenid(request, { nonce });
  }
}
