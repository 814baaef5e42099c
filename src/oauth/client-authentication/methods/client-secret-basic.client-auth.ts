import { Injectable } from '@nestjs/common';
import type { Client } from '../../../clients/client';
import { ClientSecrets } from '../../../clients/client-secrets';
import { type BasicCredentials, isBasic, readBasicCredentials } from '../../../protocol/basic-credentials';
import { InvalidClient } from '../../../protocol/request-errors';
import type { AuthenticationRequest, ClientAuthentication } from '../client-authentication-method';

/** A secret in the Authorization header (RFC 6749 §2.3.1). */
@Injectable()
export class ClientSecretBasic implements ClientAuthentication {
  readonly method = 'client_secret_basic';
  readonly place = 'header';
  /** What was read of requests that are being answered: each is asked about twice. */
  private readonly credentials = new WeakMap<AuthenticationRequest, BasicCredentials>();

  constructor(private readonly secrets: ClientSecrets) {}

  isAttemptedBy({ authorization }: AuthenticationRequest): boolean {
    return isBasic(authorization);
  }

  claimedId(request: AuthenticationRequest): string {
    return this.credentialsOf(request).clientId;
  }

  verify(request: AuthenticationRequest, client: Client): void {
    const { clientSecret } = this.credentialsOf(request);
    if (!this.secrets.matches(client, clientSecret)) {
      throw new InvalidClient('Client authentication failed.', 'wrong secret');
    }
  }

  private credentialsOf(request: AuthenticationRequest): BasicCredentials {
    let credentials = this.credentials.get(request);
    if (credentials === undefined) this.credentials.set(request, (credentials = read(request)));
    return credentials;
  }
}

function read({ authorization }: AuthenticationRequest): BasicCredentials {
  const credentials = readBasicCredentials(authorization ?? '');
  if (credentials !== null) return credentials;
  // RFC 6749 §2.3.1
  throw new InvalidClient(
    'The Basic credentials are malformed: form-encode id and secret, join them with a colon, and encode that in base64.',
  );
}
