import { InvalidRequest } from '../../../protocol/errors';
import { CHALLENGE_METHOD, isCodeChallenge } from '../../../protocol/pkce';
import { wordsOf } from '../../../protocol/response-type';
import type { AuthorizationCheck } from '../authorization-check';
import type { AuthorizationRequest } from '../authorization-request';

/** The code will be redeemed only by whoever asked for it. */
export class PkceCheck implements AuthorizationCheck {
  readonly name = 'pkce';
  readonly specification = 'RFC 7636 §4.3, RFC 9700 §2.1.1';

  run(request: AuthorizationRequest): void {
    const { parameters, client, responseType } = request;
    // There is nothing to be redeemed.
    if (!wordsOf(responseType).includes('code')) return;
    const challenge = parameters.get('code_challenge');
    const method = parameters.get('code_challenge_method');
    if (challenge === undefined) {
      // RFC 7636 §4.4.1, OAuth 2.1 draft §4.1.1: required of every client, unless an administrator has let an old one do without.
      if (client.metadata.require_pkce || method !== undefined) {
        throw new InvalidRequest('PKCE is required: send code_challenge and code_challenge_method=S256.');
      }
      return;
    }
    // RFC 7636 §4.3: left out it would mean plain, which protects against nobody who sees the request (RFC 9700 §2.1.1).
    if (method !== CHALLENGE_METHOD) throw new InvalidRequest('Use code_challenge_method=S256; plain is refused.');
    if (!isCodeChallenge(challenge)) {
      throw new InvalidRequest(
        'The code_challenge is malformed: 43 characters of base64url are expected (RFC 7636 §4.2).',
      );
    }
    request.codeChallenge = challenge;
  }
}
