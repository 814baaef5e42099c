import { Injectable } from '@nestjs/common';
import type { Client } from '../../clients/client';
import type { Transaction } from '../../database/transaction';
import { type GrantedClaims, permittedClaims } from '../claims-parameter/granted-claims';
import { ToldClaims } from './told-claims';

/** For whom an ID token is, about whom, and what was granted with it. */
export interface IdTokenClaimsOrder {
  readonly client: Client;
  readonly userId: string;
  /** The scopes that were granted. */
  readonly scopes: readonly string[];
  /** What was asked for claim by claim; null for nothing. */
  readonly granted: GrantedClaims | null;
  /** Whether the client can ask UserInfo: an access token goes with it. */
  readonly hasAccessToken: boolean;
}

/** Says what an ID token tells of its person, beside who they are. */
@Injectable()
export class IdTokenClaims {
  constructor(private readonly told: ToldClaims) {}

  /** @param source the unit of work where there is one */
  async of(order: IdTokenClaimsOrder, source?: Pick<Transaction, 'query'>): Promise<Readonly<Record<string, unknown>>> {
    const { client, userId, scopes, granted, hasAccessToken } = order;
    const covered = this.told.ofScopes(scopes);
    const isWhole = client.metadata.id_token_profile_claims;
    const wanted = {
      ...(granted === null ? {} : permittedClaims(granted.id_token, granted, covered)),
      ...(granted === null || !isWhole ? {} : permittedClaims(granted.userinfo, granted, covered)),
      // OpenID Connect Core §5.4: without an access token there is no other place for what the scopes ask for.
      ...(isWhole || !hasAccessToken ? covered : {}),
    };
    if (Object.keys(wanted).length === 0) return {};
    return (await this.told.of(userId, wanted, source)) ?? {};
  }
}
