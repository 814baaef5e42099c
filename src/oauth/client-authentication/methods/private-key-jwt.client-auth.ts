import type { KeyObject } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Client } from '../../../clients/client';
import { ClientKeys } from '../../../clients/client-keys';
import { CLIENT_SIGNING_ALGORITHMS } from '../../../clients/client-metadata';
import type { ClientAssertion } from '../client-assertion';
import { ClientAssertionVerifier } from '../client-assertion-verifier';
import { AssertionAuthentication } from './assertion-authentication';

/** An assertion signed with a key of the client's own (OpenID Connect Core §9, RFC 7523 §2.2). */
@Injectable()
export class PrivateKeyJwt extends AssertionAuthentication {
  readonly method = 'private_key_jwt';
  readonly algorithms = CLIENT_SIGNING_ALGORITHMS;

  constructor(
    private readonly keys: ClientKeys,
    verifier: ClientAssertionVerifier,
  ) {
    super(verifier);
  }

  protected override keysFor(client: Client, assertion: ClientAssertion): Promise<readonly KeyObject[]> {
    return this.keys.find(client, assertion);
  }
}
