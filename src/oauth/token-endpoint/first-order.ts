import type { Holder } from '../../auth/eligible-holders';
import { storedScopes } from '../../protocol/scope';
import { narrowedAccess } from '../resource-indicators/access';
import type { Catalog } from '../resource-indicators/scope-catalog';
import type { GrantOrder } from './grant';
import type { TokenRequest } from './token-request';

/** What somebody has granted, as the code says that stands for it. */
export interface GrantedCode {
  /** With spaces between. */
  readonly scope: string;
  readonly audience: string;
  readonly lineage: string;
}

/**
 * What is due for a code that was redeemed: a refresh token for all that was granted, and an access token for that or a part of it.
 * @throws {InvalidTarget} where the request names a resource that was not granted, or none is left of those that were
 */
export function firstOrder(
  { scope, audience, lineage }: GrantedCode,
  holder: Holder,
  { client, parameters }: TokenRequest,
  catalog: Catalog,
  ownResource: string,
): Omit<GrantOrder, 'outlivesSession'> & { readonly granted: { readonly scopes: readonly string[] } } {
  const granted = { scopes: storedScopes(scope), audience: audience.split(' ') };
  // RFC 8707 §2.2: a part of the resources may be named for the first access token.
  const requested = { scope: undefined, resources: parameters.all('resource') };
  return {
    holder,
    access: narrowedAccess(requested, granted, client, catalog, ownResource),
    granted,
    refresh: 'offer',
    lineage,
  };
}
