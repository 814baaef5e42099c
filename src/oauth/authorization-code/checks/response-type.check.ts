import { GrantType } from '../../../protocol/grant-types';
import { UnauthorizedClient, UnsupportedResponseType } from '../../../protocol/request-errors';
import type { AuthorizationCheck } from '../authorization-check';
import type { AuthorizationRequest } from '../authorization-request';

/** The client wants a code, and is registered for that: nothing else leaves this endpoint (RFC 9700 §2.1.2). */
export class ResponseTypeCheck implements AuthorizationCheck {
  readonly name = 'response-type';
  readonly specification = 'RFC 6749 §3.1.1';

  run({ parameters, client }: AuthorizationRequest): void {
    if (parameters.need('response_type') !== 'code') throw new UnsupportedResponseType();
    const { grant_types: grants, response_types: types } = client.metadata;
    if (!types.includes('code') || !grants.includes(GrantType.authorizationCode)) {
      throw new UnauthorizedClient('This client is not registered for response_type=code.');
    }
  }
}
