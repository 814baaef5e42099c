import { Injectable } from '@nestjs/common';
import type { Client } from '../../../clients/client';
import { ClientSecrets } from '../../../clients/client-secrets';
import { InvalidClient } from '../../../protocol/request-errors';
import type { AuthenticationRequest, ClientAuthentication } from '../client-authentication-method';

/** A secret among the parameters (RFC 6749 §2.3.1). */
@Injectable()
export class ClientSecretPost implements ClientAuthentication {
  readonly method = 'client_secret_post';
  readonly place = 'secret';

  constructor(private readonly secrets: ClientSecrets) {}

  isAttemptedBy({ parameters }: AuthenticationRequest): boolean {
    return parameters.all('client_secret').length > 0;
  }

  claimedId({ parameters }: AuthenticationRequest): string {
    return parameters.need('client_id');
  }

  verify({ parameters }: AuthenticationRequest, client: Client): void {
    if (this.secrets.matches(client, parameters.need('client_secret'))) return;
    throw new InvalidClient('Client authentication failed.', 'wrong secret');
  }
}
