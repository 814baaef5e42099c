import { Injectable } from '@nestjs/common';
import { InvalidRequest } from '../../protocol/errors';
import { RequestParameters } from '../../protocol/request-parameters';
import type { AuthorizationCheck } from '../authorization-code/authorization-check';
import type { AuthorizationRequest } from '../authorization-code/authorization-request';
import { trustIfRegistered } from '../authorization-code/registered-redirect';
import { isOfOldRules } from './request-object-claims';
import { RequestObjects } from './request-objects';

/** The scope of requests to which the rules of OpenID Connect apply. */
const OPENID = 'openid';

/** What stands beside an object and says where it is. */
const REFERENCES = ['request', 'request_uri'];

/** What the client has signed takes the place of all that stands beside it. */
@Injectable()
export class RequestObjectCheck implements AuthorizationCheck {
  readonly name = 'request-object';
  readonly specification = 'RFC 9101 §6.3, OpenID Connect Core §6.1';

  constructor(private readonly objects: RequestObjects) {}

  async run(request: AuthorizationRequest): Promise<void> {
    const token = request.parameters.get('request');
    if (token === undefined) return;
    try {
      const { parameters, isSigned, jti, expiresAt } = await this.objects.open(token, request.client);
      request.parameters = isCompleted(request) ? completed(parameters, request.parameters) : parameters;
      request.carried = request.parameters;
      request.isSigned = isSigned;
      request.requestObject = jti === null ? null : { jti, expiresAt };
    } catch (error) {
      // The client can be told at an address that it has registered, whatever is wrong with the object.
      trustIfRegistered(request);
      throw error;
    }
  }
}

/** OpenID Connect Core §6.1: what is not in the object of an OpenID request may stand beside it. RFC 9101 §6.3: for all others nothing does. */
function isCompleted({ client, parameters }: AuthorizationRequest): boolean {
  const scopes = parameters.all('scope').flatMap((scope) => scope.split(' '));
  return isOfOldRules(client) && scopes.includes(OPENID);
}

/** @throws {InvalidRequest} where what has to stand beside the object does not, or is another thing there */
function completed(inside: RequestParameters, beside: RequestParameters): RequestParameters {
  for (const name of ['response_type', 'client_id']) {
    const values = [beside.need(name), inside.get(name) ?? beside.get(name)];
    // OpenID Connect Core §6.1: so that the request is one of OAuth 2.0, too.
    if (values[0] !== values[1]) {
      throw new InvalidRequest(`The ${name} of the request object must be that beside it (OpenID Connect Core §6.1).`);
    }
  }
  const added = beside.entries.filter(([name]) => !REFERENCES.includes(name) && !inside.names.includes(name));
  return RequestParameters.from([...inside.entries, ...added]);
}
