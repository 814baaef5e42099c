import { InvalidRequest } from '../../../protocol/errors';
import type { AuthorizationCheck } from '../authorization-check';
import type { AuthorizationRequest } from '../authorization-request';

/** A client that is to sign its requests does. It holds where request objects are switched off, too: then such a client gets nothing. */
export class SignedRequestsOnlyCheck implements AuthorizationCheck {
  readonly name = 'signed-requests-only';
  readonly specification = 'RFC 9101 §10.5';

  run({ client, isSigned }: AuthorizationRequest): void {
    if (client.metadata.require_signed_request_object && !isSigned) {
      throw new InvalidRequest('This client signs its requests (RFC 9101 §10.5).');
    }
  }
}
