import { InvalidRequest } from '../../../protocol/errors';
import type { AuthorizationCheck } from '../authorization-check';
import type { AuthorizationRequest } from '../authorization-request';

/** A client that is to push its requests beforehand does. It holds where pushing is switched off, too: then such a client gets nothing. */
export class PushedRequestsOnlyCheck implements AuthorizationCheck {
  readonly name = 'pushed-requests-only';
  readonly specification = 'RFC 9126 §6';

  run({ client, pushed }: AuthorizationRequest): void {
    if (client.metadata.require_pushed_authorization_requests && pushed === null) {
      throw new InvalidRequest('This client pushes its requests beforehand (RFC 9126).');
    }
  }
}
