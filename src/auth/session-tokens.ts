import { Injectable } from '@nestjs/common';
import type { Transaction } from '../database/transaction';
import { SessionManager } from '../sessions/session-manager';
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

  /** @returns null where the session has ended or its person may not be let in */
  async issue(
    transaction: Transaction,
    sessionId: string | null,
    refresh: IssueOrder['refresh'],
  ): Promise<TokenResponse | null> {
    const found = sessionId === null ? null : await this.sessions.findLiveWithUser(transaction, sessionId);
    if (found === null || !mayUseAccount(found.user)) return null;
    await this.sessions.keepAlive(transaction, found.session);
    return this.firstParty.issue(transaction, found.user, found.session, refresh);
  }

  /** A further access token of a family, without touching its refresh token. @returns null where either has ended */
  async renew(transaction: Transaction, sessionId: string, familyId: string): Promise<TokenResponse | null> {
    if (!(await this.families.isLive(transaction, familyId))) return null;
    return this.issue(transaction, sessionId, { familyId });
  }
}
