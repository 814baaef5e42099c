import { Injectable } from '@nestjs/common';
import type { Client } from '../../clients/client';
import { InvalidToken } from '../../protocol/errors';
import type { AccessTokenClaims } from '../../tokens/access-token-claims';
import { AccessTokenVerifier } from '../../tokens/access-token-verifier';
import { OpaqueAccessTokens } from '../../tokens/opaque-access-tokens';
import { type Catalog, ScopeCatalog } from '../resource-indicators/scope-catalog';

/** What is answered of every token that is not good, or not for whoever asks (RFC 7662 §2.2): which of the two is not told. */
const INACTIVE = { active: false } as const;

/** What a token stands for (RFC 7662 §2.2). */
export type Introspection = typeof INACTIVE | (Readonly<Record<string, unknown>> & { readonly active: true });

/** Tells resource servers what the access tokens stand for that are meant for them. */
@Injectable()
export class TokenIntrospector {
  constructor(
    private readonly verifier: AccessTokenVerifier,
    private readonly opaque: OpaqueAccessTokens,
    private readonly catalog: ScopeCatalog,
  ) {}

  /** @throws {TemporarilyUnavailable} when revocations cannot be known: rather that than a false answer */
  async introspect(token: string, client: Client): Promise<Introspection> {
    const claims = await this.claimsOf(token);
    if (claims === null || !mayAsk(client, claims, await this.catalog.get())) return INACTIVE;
    return {
      ...Object.fromEntries(Object.entries(claims).filter(([name]) => name !== 'family')),
      active: true,
      token_type: claims.cnf === undefined ? 'Bearer' : 'DPoP',
    };
  }

  private async claimsOf(token: string): Promise<AccessTokenClaims | null> {
    try {
      const kept = await this.opaque.find(token);
      if (kept === null) return this.verifier.inspect(token);
      this.verifier.assertCurrent(kept);
      return kept;
    } catch (error) {
      if (error instanceof InvalidToken) return null;
      throw error;
    }
  }
}

/** RFC 7662 §4: only the resource server that a token is meant for may know what it stands for. */
function mayAsk(client: Client, { aud }: AccessTokenClaims, { resourceServers }: Catalog): boolean {
  const audience = typeof aud === 'string' ? [aud] : aud;
  return audience.some((id) => resourceServers.get(id)?.introspectionClients.includes(client.id) === true);
}
