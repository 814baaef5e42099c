import { Injectable } from '@nestjs/common';
import { InvalidRequest } from '../../../protocol/errors';
import { ClientDirectory } from '../../client-authentication/client-directory';
import type { AuthorizationCheck } from '../authorization-check';
import type { AuthorizationRequest } from '../authorization-request';

/** The client is one that this server knows. */
@Injectable()
export class ClientCheck implements AuthorizationCheck {
  readonly name = 'client';
  readonly specification = 'RFC 6749 §4.1.2.1';

  constructor(private readonly clients: ClientDirectory) {}

  async run(request: AuthorizationRequest): Promise<void> {
    const client = await this.clients.find(request.parameters.need('client_id'));
    if (client === null) {
      throw new InvalidRequest(
        'The application that sent you here is not known at this server: client_id is unknown, or the document that it names cannot be used.',
      );
    }
    request.client = client;
  }
}
