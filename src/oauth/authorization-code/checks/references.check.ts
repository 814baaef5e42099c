import { RequestNotSupported, RequestUriNotSupported } from '../../../protocol/request-errors';
import type { AuthorizationCheck } from '../authorization-check';
import type { AuthorizationRequest } from '../authorization-request';

/** Nothing is left that speaks of a request elsewhere: whatever is understood of that has taken the place of the parameters before. */
export class ReferencesCheck implements AuthorizationCheck {
  readonly name = 'references';
  readonly specification = 'RFC 9101 §6.3, OpenID Connect Core §3.1.2.6';

  run({ parameters }: AuthorizationRequest): void {
    // Nothing is ever fetched merely because a stranger names it (RFC 9101 §10.4).
    if (parameters.all('request_uri').length > 0) {
      throw new RequestUriNotSupported(
        'Requests are not fetched from an address here; a request_uri is one that this server has given (RFC 9126 §2.2).',
      );
    }
    if (parameters.all('request').length > 0) {
      throw new RequestNotSupported('Request objects are not supported.');
    }
  }
}
