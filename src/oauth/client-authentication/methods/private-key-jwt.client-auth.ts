import { Injectable } from '@nestjs/common';
import type { Client } from '../../../clients/client';
import { ClientKeys } from '../../../clients/client-keys';
import { CLIENT_SIGNING_ALGORITHMS } from '../../../clients/client-metadata';
import { carriesAssertion, readClientAssertion } from '../client-assertion';
import { ClientAssertionVerifier } from '../client-assertion-verifier';
import type { AuthenticationRequest, ClientAuthentication } from '../client-authentication-method';

/** An assertion signed with a key of the client's own (OpenID Connect Core §9, RFC 7523 §2.2). */
@Injectable()
export class PrivateKeyJwt implements ClientAuthentication {
  readonly method = 'private_key_jwt';
  readonly place = 'assertion';
  readonly algorithms = CLIENT_SIGNING_ALGORITHMS;

  constructor(
    private readonly keys: ClientKeys,
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
    await this.verifier.verify(assertion, client, await this.keys.find(client, assertion), algorithms);
  }
}
