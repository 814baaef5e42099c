import { Injectable } from '@nestjs/common';
import { requestedAccess } from '../../resource-indicators/access';
import { ScopeCatalog } from '../../resource-indicators/scope-catalog';
import type { AuthorizationCheck } from '../authorization-check';
import type { AuthorizationRequest } from '../authorization-request';

/** Scopes and resources are known, belong together, and are such as the client may ask for. */
@Injectable()
export class AccessCheck implements AuthorizationCheck {
  readonly name = 'access';
  readonly specification = 'RFC 6749 §3.3, RFC 8707 §2.1';

  constructor(private readonly catalog: ScopeCatalog) {}

  async run(request: AuthorizationRequest): Promise<void> {
    const { parameters, client } = request;
    const requested = { scope: parameters.get('scope'), resources: parameters.all('resource') };
    request.access = requestedAccess(requested, client, await this.catalog.get(), this.catalog.ownResource);
  }
}
