import { Injectable } from '@nestjs/common';
import type { Client } from '../../../clients/client';
import { InvalidRequest } from '../../../protocol/errors';
import { GrantType, type GrantTypeName } from '../../../protocol/grant-types';
import { UnauthorizedClient, UnsupportedResponseType } from '../../../protocol/request-errors';
import { asksForTokens, type ResponseType, responseTypeOf, wordsOf } from '../../../protocol/response-type';
import type { AuthorizationCheck } from '../authorization-check';
import type { AuthorizationRequest } from '../authorization-request';
import { ResponseParts } from '../response-parts';

/**
 * The client wants something that there is, and is registered for exactly that: a code, and nothing else leaves this endpoint unless old clients are
 * served (RFC 9700 §2.1.2).
 */
@Injectable()
export class ResponseTypeCheck implements AuthorizationCheck {
  readonly name = 'response-type';
  readonly specification = 'RFC 6749 §3.1.1, OAuth Multiple Response Types §3';

  constructor(private readonly parts: ResponseParts) {}

  run(request: AuthorizationRequest): void {
    const type = responseTypeOf(request.parameters.need('response_type'));
    if (type === null || !this.parts.types.includes(type)) throw new UnsupportedResponseType();
    if (!isRegisteredFor(type, request.client)) {
      throw new UnauthorizedClient('This client is not registered for that response_type.');
    }
    // OAuth Multiple Response Types §5, JARM §2.3.1
    if (request.wantsQuery && asksForTokens(type)) {
      throw new InvalidRequest(
        'Tokens do not travel in a query: leave response_mode out, or use fragment or form_post.',
      );
    }
    request.responseType = type;
  }
}

/** RFC 7591 §2.1: with each response type goes a grant type; that only old clients have more than `code`, their registration sees to. */
function isRegisteredFor(type: ResponseType, { metadata }: Client): boolean {
  const needed: GrantTypeName[] = [
    ...(wordsOf(type).includes('code') ? [GrantType.authorizationCode] : []),
    ...(asksForTokens(type) ? [GrantType.implicit] : []),
  ];
  const { response_types: types, grant_types: grants } = metadata;
  return types.includes(type) && needed.every((grant) => grants.includes(grant));
}
