import { Injectable } from '@nestjs/common';
import { FIRST_PARTY_CLIENT_ID } from '../clients/client.entity';
import type { Transaction } from '../database/transaction';
import { SessionManager, type SessionWithUser } from '../sessions/session-manager';
import { TokenFamilies } from '../tokens/token-families';
import type { IssueOrder, TokenResponse } from '../tokens/token-issuer';
import { mayUseAccount } from '../users/user.entity';
import { FirstPartyTokens } from './first-party-tokens';

/** Gives further tokens in a session that lives, to a person who may be let in: every way to a further token passes here. */
@Injectable()
export class SessionTokens {
  constructor(
    private readonly sessions: SessionManager,
    private readonly families: TokenFamilies,
    private readonly firstParty: FirstPartyTokens,
  ) {}

  /** Those of the sessions in which tokens may still be given: they live, and their persons may be let in. */
  async eligible(transaction: Transaction, sessionIds: readonly string[]): Promise<Map<string, SessionWithUser>> {
    const found = await this.sessions.findLiveWithUsers(transaction, [...new Set(sessionIds)]);
    for (const [id, { user }] of found) if (!mayUseAccount(user)) found.delete(id);
    return found;
  }

  /** Issues tokens in a session that {@link eligible} has found. */
  async issue(
    transaction: Transaction,
    { session, user }: SessionWithUser,
    refresh: IssueOrder['refresh'],
  ): Promise<TokenResponse> {
    await this.sessions.keepAlive(transaction, session);
    return this.firstParty.issue(transaction, user, session, refresh);
  }

  /**
   * A further access token of a family, without touching its refresh token.
   * @returns null where either has ended, or the family is another client's, which must not come to the first-party client's scopes
   */
  async renew(transaction: Transaction, sessionId: string, familyId: string): Promise<TokenResponse | null> {
    const found = (await this.eligible(transaction, [sessionId])).get(sessionId);
    if (found === undefined) return null;
    if (!(await this.families.isLive(transaction, familyId, FIRST_PARTY_CLIENT_ID))) return null;
    return this.issue(transaction, found, { familyId });
  }
}
