import { Injectable } from '@nestjs/common';
import type { Client } from '../../../clients/client';
import { ClientSecrets } from '../../../clients/client-secrets';
import { isBasic, readBasicCredentials } from '../../../protocol/basic-credentials';
import { InvalidClient } from '../../../protocol/request-errors';
import type { AuthenticationRequest, ClientAuthentication } from '../client-authentication-method';

/** A secret in the Authorization header (RFC 6749 §2.3.1). */
@Injectable()
export class ClientSecretBasic implements ClientAuthentication {
  readonly method = 'client_secret_basic';
  readonly place = 'header';

  constructor(private readonly secrets: ClientSecrets) {}

  isAttemptedBy({ authorization }: AuthenticationRequest): boolean {
    return isBasic(authorization);
  }

  claimedId(request: AuthenticationRequest): string {
    return credentialsOf(request).clientId;
  }

  verify(request: AuthenticationRequest, client: Client): void {
    const { clientSecret } = credentialsOf(request);
    if (!this.secrets.matches(client, clientSecret)) {
      throw new InvalidClient('Client authentication failed.', 'wrong secret');
    }
  }
}

function credentialsOf({ authorization }: AuthenticationRequest): NonNullable<ReturnType<typeof readBasicCredentials>> {
  const credentials = readBasicCredentials(authorization ?? '');
  if (credentials !== null) return credentials;
  // RFC 6749 §2.3.1
  throw new InvalidClient(
    'The Basic credentials are malformed: form-encode id and secret, join them with a colon, and encode that in base64.',
  );
}
