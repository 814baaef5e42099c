import { Injectable } from '@nestjs/common';
import type { Client } from '../../../clients/client';
import { CLIENT_SECRET_ALGORITHMS } from '../../../clients/client-metadata';
import { ClientSecrets } from '../../../clients/client-secrets';
import { carriesAssertion, readClientAssertion } from '../client-assertion';
import { ClientAssertionVerifier } from '../client-assertion-verifier';
import type { AuthenticationRequest, ClientAuthentication } from '../client-authentication-method';

/** An assertion whose HMAC is made with the client's secret, which does not travel (OpenID Connect Core §9, RFC 7523 §2.2). */
@Injectable()
export class ClientSecretJwt implements ClientAuthentication {
  readonly method = 'client_secret_jwt';
  readonly place = 'assertion';
  readonly algorithms = CLIENT_SECRET_ALGORITHMS;

  constructor(
    private readonly secrets: ClientSecrets,
    private readonly verifier: ClientAssertionVerifier,
  ) {}

  isAttemptedBy({ parameters }: AuthenticationRequest): boolean {
    return carriesAssertion(parameters);
  }

  claimedId({ parameters }: AuthenticationRequest): string {
    return readClientAssertion(parameters).subject;
  }

  async verify({ parameters }: AuthenticationRequest, client: Client): Promise<void> {
    const assertion = readClientAssertion(parameters);
    const { token_endpoint_auth_signing_alg: registered } = client.metadata;
    const algorithms = registered === undefined ? this.algorithms : [registered];
    // RFC 7518 §3.2: a key is at least as long as the hash.
    const least = Number(assertion.alg.slice(2)) / 8;
    const keys = this.secrets.keysOf(client).filter((key) => key.length >= least);
    await this.verifier.verify(assertion, client, keys, algorithms);
  }
}
