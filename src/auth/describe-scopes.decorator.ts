import { SetMetadata } from '@nestjs/common';
import { isScopeToken } from '../protocol/scope';

/** Metadata key of the scopes that a controller describes. */
export const DESCRIBED_SCOPES = 'gatehouse:scope-descriptions';

/** What people and developers are told of a scope. */
export interface ScopeDescription {
  /** What it allows, in words that complete "This lets the app …". */
  readonly description: string;
  /** Only people with one of these roles can have it; without, everybody can. */
  readonly roles?: readonly string[];
}

/**
 * Describes the scopes of a feature, on its controller: consent, API documentation and metadata learn of them from here.
 * A scope that is only demanded and not described goes by its name.
 * @throws {TypeError} for a name that no scope can have
 */
export function DescribeScopes(scopes: Readonly<Record<string, string | ScopeDescription>>): ClassDecorator {
  for (const scope of Object.keys(scopes)) {
    if (!isScopeToken(scope)) {
      throw new TypeError(`"${scope}" is no scope: a scope has no spaces, quotes or backslashes (RFC 6749 §3.3).`);
    }
  }
  return SetMetadata(DESCRIBED_SCOPES, scopes);
}
