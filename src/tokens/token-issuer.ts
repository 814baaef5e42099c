import { Injectable } from '@nestjs/common';
import type { Transaction } from '../database/transaction';
import { AccessTokenMint } from './access-token-mint';
import type { IssueOrder, IssueTerms, TokenResponse } from './issue-order';
import { TokenFamilies } from './token-families';

/** The one mint in the house. */
@Injectable()
export class TokenIssuer {
  constructor(
    private readonly accessTokens: AccessTokenMint,
    private readonly families: TokenFamilies,
  ) {}

  /**
   * Issues what the order says, in the unit of work that redeemed the grant: the answer may leave only once that is committed.
   * @param transaction null where nothing was redeemed and nothing has to be kept
   * @throws whatever a claims contributor throws to refuse the token
   */
  async issue(transaction: Transaction | null, order: IssueOrder, terms: IssueTerms): Promise<TokenResponse> {
    const refresh = await this.refreshToken(transaction, order, terms);
    const token = await this.accessTokens.mint(transaction, order, terms, refresh?.familyId);
    return {
      access_token: token,
      token_type: terms.confirmation === null ? 'Bearer' : 'DPoP',
      expires_in: terms.accessTokenLifetime,
      ...(refresh?.token === undefined ? {} : { refresh_token: refresh.token }),
      scope: order.scopes.join(' '),
    };
  }

  private async refreshToken(
    transaction: Transaction | null,
    order: IssueOrder,
    { refreshToken: terms }: IssueTerms,
  ): Promise<{ familyId: string; token?: string } | null> {
    if (order.refresh === 'none') return null;
    if (order.refresh !== 'start') return order.refresh;
    if (transaction === null) throw new Error('A refresh token is kept: it needs a unit of work.');
    const { scopes, audience } = order.grant ?? order;
    // With a session, how and when the person signed in stands there.
    const authentication = order.sessionId === null ? order.authentication : null;
    const family = {
      user_id: order.userId,
      client_id: order.clientId,
      session_id: order.sessionId,
      scope: scopes.join(' '),
      audience: audience.join(' '),
      authenticated_at: authentication?.authenticated_at ?? null,
      acr: authentication?.acr ?? null,
      amr: authentication?.amr ?? null,
      jkt: terms.confirmation?.jkt ?? null,
      rotates: terms.rotates,
      idle: terms.lifetime * 1_000,
      absolute: terms.absoluteLifetime * 1_000,
    };
    const first = await this.families.start(transaction, family, order.lineage);
    return { familyId: first.familyId, token: first.value };
  }
}
