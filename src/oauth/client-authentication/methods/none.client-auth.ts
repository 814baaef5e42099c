import { Injectable } from '@nestjs/common';
import { isBasic } from '../../../protocol/basic-credentials';
import type { AuthenticationRequest, ClientAuthentication } from '../client-authentication-method';

/** No credentials: a public client says who it is, and proves in other ways what it was given (RFC 6749 §2.1, PKCE, DPoP). */
@Injectable()
export class NoClientAuthentication implements ClientAuthentication {
  readonly method = 'none';
  readonly place = 'none';

  isAttemptedBy({ parameters, authorization }: AuthenticationRequest): boolean {
    const credentials = ['client_secret', 'client_assertion', 'client_assertion_type'];
    const hasNone = !isBasic(authorization) && credentials.every((name) => parameters.all(name).length === 0);
    return hasNone && parameters.all('client_id').length > 0;
  }

  claimedId({ parameters }: AuthenticationRequest): string {
    return parameters.need('client_id');
  }

  verify(): void {
    // There is nothing to verify.
  }
}
