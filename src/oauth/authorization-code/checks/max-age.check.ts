import { InvalidRequest } from '../../../protocol/errors';
import type { AuthorizationCheck } from '../authorization-check';
import type { AuthorizationRequest } from '../authorization-request';

/** How old the sign-in may be is a number of seconds: the client says it each time, or has registered what holds where it does not. */
export class MaxAgeCheck implements AuthorizationCheck {
  readonly name = 'max-age';
  readonly specification = 'OpenID Connect Core §3.1.2.1, OpenID Connect Registration §2, RFC 9470 §4';

  run(request: AuthorizationRequest): void {
    const text = request.parameters.get('max_age');
    if (text === undefined) {
      request.maxAge = request.client.metadata.default_max_age ?? null;
      return;
    }
    if (!/^\d{1,10}$/.test(text)) throw new InvalidRequest('max_age is a number of seconds.');
    request.maxAge = Number(text);
  }
}
