import { Injectable } from '@nestjs/common';
import type { Client } from '../../clients/client';
import { type AccessTokenClaims, PRIVATE_CLAIMS } from '../../tokens/access-token-claims';
import { AccessTokenInspector } from '../../tokens/access-token-inspector';
import { isOfAudience } from '../resource-indicators/audience-clients';
import { ScopeCatalog } from '../resource-indicators/scope-catalog';

/** What is answered of every token that is not good, or not for whoever asks (RFC 7662 §2.2): which of the two is not told. */
const INACTIVE = { active: false } as const;

/** What a token stands for (RFC 7662 §2.2). */
export type Introspection = typeof INACTIVE | (Readonly<Record<string, unknown>> & { readonly active: true });

/** Tells resource servers what the access tokens stand for that are meant for them. */
@Injectable()
export class TokenIntrospector {
  constructor(
    private readonly tokens: AccessTokenInspector,
    private readonly catalog: ScopeCatalog,
  ) {}

  /** @throws {TemporarilyUnavailable} when revocations cannot be known: rather that than a false answer */
  async introspect(token: string, client: Client): Promise<Introspection> {
    const claims = await this.tokens.find(token);
    // RFC 7662 §4: only the resource server that a token is meant for may know what it stands for.
    if (claims === null || !isOfAudience(client, claims, await this.catalog.get())) return INACTIVE;
    return { ...publicClaims(claims), active: true, token_type: claims.cnf === undefined ? 'Bearer' : 'DPoP' };
  }
}

function publicClaims(claims: AccessTokenClaims): Record<string, unknown> {
  const told: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(claims)) if (!PRIVATE_CLAIMS.has(name)) told[name] = value;
  return told;
}
