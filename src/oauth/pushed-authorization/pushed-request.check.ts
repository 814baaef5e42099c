import { Injectable } from '@nestjs/common';
import { InvalidRequestUri } from '../../protocol/request-errors';
import type { AuthorizationCheck } from '../authorization-code/authorization-check';
import type { AuthorizationRequest } from '../authorization-code/authorization-request';
import { PushedRequestStore } from './pushed-request.store';

/** What the client pushed takes the place of all that the browser brings. */
@Injectable()
export class PushedRequestCheck implements AuthorizationCheck {
  readonly name = 'pushed-request';
  readonly specification = 'RFC 9126 §4';

  constructor(private readonly store: PushedRequestStore) {}

  async run(request: AuthorizationRequest): Promise<void> {
    const reference = request.parameters.get('request_uri');
    if (reference === undefined || !this.store.isReference(reference)) return;
    const found = await this.store.find(reference);
    // RFC 9126 §2.2: the reference is bound to the client that has pushed it; another's is left alone.
    if (found?.clientId !== request.client.id || !(found.isFresh || request.isResumed)) {
      throw new InvalidRequestUri('This request is not known (any more): go back to the application, and begin again.');
    }
    request.parameters = found.parameters;
    request.isSigned = found.isSigned;
    request.pushed = found.digest;
    request.dpopJkt = found.jkt;
  }
}
