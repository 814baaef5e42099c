import type { ExecutionContext } from '@nestjs/common';
import type { Carrier } from '../authentication';
import { credentialOf } from './authorization-header';
import type { Credential, CredentialExtractor } from './credential';

/**
 * Takes the token of a message between services from its member `authorization`, which is written as the header is (RFC 6750 §2.1). There is no place for a
 * proof of possession: tokens that are bound to a key are refused.
 */
export class MessageCredentials implements CredentialExtractor {
  readonly contextType = 'rpc';

  /** A message that is no object brings no token. */
  carrierOf(context: ExecutionContext): Carrier {
    const message = context.switchToRpc().getData<unknown>();
    return typeof message === 'object' && message !== null ? message : {};
  }

  accessToken(carrier: Carrier): Credential | null {
    const { authorization } = carrier as { readonly authorization?: unknown };
    return typeof authorization === 'string' ? credentialOf(authorization, true) : null;
  }

  refreshToken(): null {
    return null;
  }

  proof(): null {
    return null;
  }

  offerNonce(): void {
    return;
  }

  admitted(): undefined {
    return undefined;
  }

  refused(): void {
    return;
  }

  assertIntended(): void {
    return;
  }
}
