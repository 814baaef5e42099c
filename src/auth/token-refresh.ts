import { Injectable } from '@nestjs/common';
import type { RequestOrigin } from '../audit/audit-event';
import { FIRST_PARTY_CLIENT_ID } from '../clients/client.entity';
import type { Transaction } from '../database/transaction';
import { Problem } from '../http/problem';
import { EligibleHolders } from './eligible-holders';
import { FirstPartyTokens } from './first-party-tokens';
import { type RedeemedToken, RefreshTokenRedeemer } from './refresh-token-redeemer';
import type { SignedIn } from './sign-in';
import { TokenFamilies } from '../tokens/token-families';

/** Exchanges refresh tokens of the first-party API. */
@Injectable()
export class TokenRefresh {
  constructor(
    private readonly redeemer: RefreshTokenRedeemer,
    private readonly firstParty: FirstPartyTokens,
    private readonly holders: EligibleHolders,
    private readonly families: TokenFamilies,
  ) {}

  /**
   * @throws {Problem} invalid_refresh_token when it is unknown, expired, revoked, replayed, or its person may not be let in
   * @throws {Problem} rate_limited
   */
  async refresh(presented: string, origin: RequestOrigin): Promise<SignedIn> {
    const recognised = await this.redeemer.recognise(presented, origin);
    // RFC 6749 §6: it was given to another client.
    const isOurs = recognised?.family.client_id === FIRST_PARTY_CLIENT_ID;
    const answer = isOurs
      ? await this.redeemer.redeem(recognised, origin, (transaction, redeemed) => this.issue(transaction, redeemed))
      : null;
    // RFC 6749 §5.2, invalid_grant: one answer for all that is wrong with a refresh token.
    if (answer === null) throw new Problem('invalid_refresh_token');
    return answer;
  }

  /**
   * A further access token of a family, without touching its refresh token.
   * @returns null where either has ended, or the family is another client's, which must not come to the first-party client's scopes
   */
  async renew(transaction: Transaction, sessionId: string, familyId: string): Promise<SignedIn['tokens'] | null> {
    const holder = await this.holders.inSession(transaction, sessionId);
    if (holder?.user == null || holder.session === null) return null;
    if (!(await this.families.isLive(transaction, familyId, FIRST_PARTY_CLIENT_ID))) return null;
    await this.holders.keepAlive(transaction, holder);
    return this.firstParty.issue(transaction, holder.user, holder.session, { familyId });
  }

  private async issue(transaction: Transaction, redeemed: RedeemedToken): Promise<SignedIn | null> {
    const { family, token } = redeemed;
    const { user, session } = redeemed.holder;
    if (user === null || session === null) return null;
    const refresh = { familyId: family.id, token: token.value };
    return { tokens: await this.firstParty.issue(transaction, user, session, refresh), sessionId: session.id };
  }
}
