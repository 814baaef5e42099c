import type { Client } from '../../clients/client';
import type { AccessTokenClaims } from '../../tokens/access-token-claims';
import type { Catalog } from './scope-catalog';

/** Whether a client is that of a resource server which a token is meant for: the resource server names it. */
export function isOfAudience({ id }: Client, { aud }: AccessTokenClaims, { resourceServers }: Catalog): boolean {
  const audience = typeof aud === 'string' ? [aud] : aud;
  return audience.some((one) => resourceServers.get(one)?.introspectionClients.includes(id) === true);
}
