import { Injectable } from '@nestjs/common';
import type { Client } from '../../../clients/client';
import { CLIENT_SECRET_ALGORITHMS } from '../../../clients/client-metadata';
import { ClientSecrets } from '../../../clients/client-secrets';
import type { ClientAssertion } from '../client-assertion';
import { ClientAssertionVerifier } from '../client-assertion-verifier';
import { AssertionAuthentication } from './assertion-authentication';

/** An assertion whose HMAC is made with the client's secret, which does not travel (OpenID Connect Core §9, RFC 7523 §2.2). */
@Injectable()
export class ClientSecretJwt extends AssertionAuthentication {
  readonly method = 'client_secret_jwt';
  readonly algorithms = CLIENT_SECRET_ALGORITHMS;

  constructor(
    private readonly secrets: ClientSecrets,
    verifier: ClientAssertionVerifier,
  ) {
    super(verifier);
  }

  protected override keysFor(client: Client, { alg }: ClientAssertion): readonly Uint8Array[] {
    // RFC 7518 §3.2: a key is at least as long as the hash.
    const least = Number(alg.slice(2)) / 8;
    return this.secrets.keysOf(client).filter((key) => key.length >= least);
  }
}
