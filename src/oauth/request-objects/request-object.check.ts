import { Injectable } from '@nestjs/common';
import type { AuthorizationCheck } from '../authorization-code/authorization-check';
import type { AuthorizationRequest } from '../authorization-code/authorization-request';
import { trustIfRegistered } from '../authorization-code/registered-redirect';
import { RequestObjects } from './request-objects';

/** What the client has signed takes the place of all that stands beside it. */
@Injectable()
export class RequestObjectCheck implements AuthorizationCheck {
  readonly name = 'request-object';
  readonly specification = 'RFC 9101 §6.3';

  constructor(private readonly objects: RequestObjects) {}

  async run(request: AuthorizationRequest): Promise<void> {
    const token = request.parameters.get('request');
    if (token === undefined) return;
    try {
      const { parameters, jti, expiresAt } = await this.objects.open(token, request.client);
      request.parameters = parameters;
      request.carried = parameters;
      request.isSigned = true;
      request.requestObject = jti === null ? null : { jti, expiresAt };
    } catch (error) {
      // The client can be told at an address that it has registered, whatever is wrong with the object.
      trustIfRegistered(request);
      throw error;
    }
  }
}
