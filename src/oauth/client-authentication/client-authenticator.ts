import { Injectable } from '@nestjs/common';
import { type Client, isPublicClient } from '../../clients/client';
import { InvalidRequest } from '../../protocol/errors';
import { InvalidClient } from '../../protocol/request-errors';
import {
  type AuthenticationRequest,
  type ClientAuthentication,
  ClientAuthenticationMethods,
} from './client-authentication-method';
import { ClientAuthenticationFailures } from './client-authentication-failures';
import { ClientDirectory } from './client-directory';

/** One sentence for all that could tell a stranger which clients there are. */
const FAILED = 'Client authentication failed.';

/** Finds out which client a request comes from: exactly one method is tried, and it is the one that the client registered (RFC 6749 §2.3). */
@Injectable()
export class ClientAuthenticator {
  constructor(
    private readonly methods: ClientAuthenticationMethods,
    private readonly clients: ClientDirectory,
    private readonly failures: ClientAuthenticationFailures,
  ) {}

  /**
   * @throws {InvalidClient} where nobody authenticated, or not in the way that the client registered
   * @throws {InvalidRequest} where credentials came in more than one way
   * @throws {Problem} rate_limited instead of the former, after too many failures
   */
  async authenticate(request: AuthenticationRequest): Promise<Client> {
    try {
      return await this.attempt(request);
    } catch (error) {
      if (error instanceof InvalidClient) await this.failures.note(request, error);
      throw error;
    }
  }

  private async attempt(request: AuthenticationRequest): Promise<Client> {
    const attempted = this.methods.all.filter((method) => method.isAttemptedBy(request));
    const [first] = attempted;
    // RFC 6749 §2.3: not more than one method in a request; client_secret_jwt and private_key_jwt look the same in it.
    if (attempted.some(({ place }) => place !== first?.place)) {
      throw new InvalidRequest('Authenticate the client in one way only (RFC 6749 §2.3).');
    }
    // RFC 6749 §5.2: no client authentication is included.
    if (first === undefined) {
      throw new InvalidClient('Client authentication is needed: send client_id and the credentials.');
    }
    const id = first.claimedId(request);
    const claimed = request.parameters.get('client_id');
    // RFC 7521 §4.2: a client_id beside an assertion identifies the same client; for the other ways it is no different.
    if (claimed !== undefined && claimed !== id) {
      throw new InvalidClient('The parameter client_id is not that of the client that authenticates.');
    }
    const client = await this.clients.find(id);
    // RFC 6749 §5.2: an unknown client.
    if (client === null) throw new InvalidClient(FAILED, 'no such client, or disabled');
    await this.registeredMethod(attempted, client).verify(request, client);
    await this.clients.settle(client, request.origin);
    return client;
  }

  private registeredMethod(attempted: readonly ClientAuthentication[], client: Client): ClientAuthentication {
    const { token_endpoint_auth_method: registered } = client.metadata;
    const method = attempted.find((candidate) => candidate.method === registered);
    if (method !== undefined) return method;
    // RFC 6749 §5.2: the method is not supported for this client. It knows that it has no secret: what it is told helps nobody else.
    if (isPublicClient(client)) {
      throw new InvalidClient('This client is public: it must not send a secret or an assertion.');
    }
    // RFC 6749 §5.2: the method is not supported for this client.
    throw new InvalidClient(FAILED, 'the client is registered for another method');
  }
}
