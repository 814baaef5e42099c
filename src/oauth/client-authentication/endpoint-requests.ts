import { Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { RequestOrigin } from '../../audit/audit-event';
import { requestOrigin } from '../../auth/request-origin';
import type { Client } from '../../clients/client';
import { InvalidRequest } from '../../protocol/errors';
import { type Fields, RequestParameters } from '../../protocol/request-parameters';
import { ClientAuthenticator } from './client-authenticator';

/** A request to an endpoint for clients, whose client has authenticated. */
export interface AuthenticatedRequest {
  readonly parameters: RequestParameters;
  readonly client: Client;
  readonly origin: RequestOrigin;
}

/** Reads the requests of the endpoints at which clients authenticate: token, PAR, introspection, revocation, device authorization. */
@Injectable()
export class EndpointRequests {
  constructor(private readonly authenticator: ClientAuthenticator) {}

  /**
   * @throws {InvalidRequest} where the parameters are not in a form body, or one stands twice (RFC 6749 §3.2); or so does the Authorization header
   * @throws {InvalidClient} where the client does not authenticate as it is registered
   */
  async authenticated(request: FastifyRequest): Promise<AuthenticatedRequest> {
    const parameters = bodyParameters(request);
    assertOneHeader(request);
    const { authorization } = request.headers;
    const origin = requestOrigin(request);
    const client = await this.authenticator.authenticate({ parameters, authorization, origin });
    return { parameters, client, origin };
  }
}

/**
 * RFC 9110 §5.3: of two Authorization headers, Node.js shows the first, and something before it may have looked at the other.
 * @throws {InvalidRequest}
 */
export function assertOneHeader({ raw: { rawHeaders } }: FastifyRequest): void {
  const names = rawHeaders.filter((_text, index) => index % 2 === 0);
  if (names.filter((name) => name.toLowerCase() === 'authorization').length > 1) {
    throw new InvalidRequest('Send one Authorization header.');
  }
}

/** RFC 6749 §3.2: parameters are in the body, and none of them stands twice; what is in the query string ends up in logs. */
function bodyParameters({ body, query }: FastifyRequest): RequestParameters {
  if (Object.keys(query ?? {}).length > 0) {
    throw new InvalidRequest('Send the parameters in the body, not in the query string (RFC 6749 §3.2).');
  }
  const parameters = RequestParameters.of((body ?? {}) as Fields);
  parameters.assertSingle();
  return parameters;
}
