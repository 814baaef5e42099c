import type { KeyObject } from 'node:crypto';
import type { Client } from '../../../clients/client';
import { carriesAssertion, type ClientAssertion, readClientAssertion } from '../client-assertion';
import type { ClientAssertionVerifier } from '../client-assertion-verifier';
import type { AuthenticationRequest, ClientAuthentication } from '../client-authentication-method';

/** A way to authenticate by an assertion (RFC 7523 §2.2), whatever its key is. */
export abstract class AssertionAuthentication implements ClientAuthentication {
  readonly place = 'assertion';
  abstract readonly method: ClientAuthentication['method'];
  abstract readonly algorithms: readonly string[];

  protected constructor(private readonly verifier: ClientAssertionVerifier) {}

  /** The keys of a client that may have made an assertion. */
  protected abstract keysFor(
    client: Client,
    assertion: ClientAssertion,
  ): readonly (KeyObject | Uint8Array)[] | Promise<readonly (KeyObject | Uint8Array)[]>;

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
    await this.verifier.verify(assertion, client, await this.keysFor(client, assertion), algorithms);
  }
}
