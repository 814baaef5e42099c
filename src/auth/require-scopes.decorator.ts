import { type CustomDecorator, SetMetadata } from '@nestjs/common';
import { isScopeToken } from '../protocol/scope';

/** Metadata key of the scopes that a route needs. */
export const REQUIRED_SCOPES = 'gatehouse:scopes';

/**
 * Demands that the access token carries each of these scopes (RFC 6750 §3.1); on a controller, for all of its routes as well.
 * @throws {TypeError} when one of them is no scope-token (RFC 6749 §3.3)
 */
export function RequireScopes(...scopes: readonly string[]): CustomDecorator {
  for (const scope of scopes) {
    if (!isScopeToken(scope)) {
      throw new TypeError(`"${scope}" is no scope: a scope has no spaces, quotes or backslashes (RFC 6749 §3.3).`);
    }
  }
  return SetMetadata(REQUIRED_SCOPES, scopes);
}
