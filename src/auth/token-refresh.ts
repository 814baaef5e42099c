import { Injectable } from '@nestjs/common';
import type { RequestOrigin } from '../audit/audit-event';
import { FIRST_PARTY_CLIENT_ID } from '../clients/client.entity';
import type { Transaction } from '../database/transaction';
import { UnitOfWork } from '../database/unit-of-work';
import { Problem } from '../http/problem';
import { type Rotation, TokenFamilies } from '../tokens/token-families';
import { ReplayedTokens } from './replayed-tokens';
import { SessionTokens } from './session-tokens';
import type { SignedIn } from './sign-in';
import { SignInLimits } from './sign-in-limits';

type Redeemed = Extract<Rotation, { outcome: 'rotated' | 'retried' }>;

/** Exchanges refresh tokens of the first-party API. */
@Injectable()
export class TokenRefresh {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly families: TokenFamilies,
    private readonly tokens: SessionTokens,
    private readonly replayed: ReplayedTokens,
    private readonly limits: SignInLimits,
  ) {}

  /**
   * @throws {Problem} invalid_refresh_token when it is unknown, expired, revoked, replayed, or its person may not be let in
   * @throws {Problem} rate_limited
   */
  async refresh(presented: string, origin: RequestOrigin): Promise<SignedIn> {
    const owner = await this.families.ownerOf(presented);
    await this.limits.refresh(owner?.user_id ?? null, origin);
    const answer = await this.unitOfWork.run(async (transaction) => {
      const rotation = await this.families.rotate(transaction, presented, FIRST_PARTY_CLIENT_ID);
      if (rotation.outcome === 'rotated' || rotation.outcome === 'retried') {
        return this.reissue(transaction, rotation, origin);
      }
      // What follows a replay has to be committed, so the refusal is raised outside of the work.
      if (rotation.outcome === 'replayed') await this.replayed.revoke(transaction, rotation.family, origin);
      return null;
    });
    // RFC 6749 §5.2, invalid_grant: one answer for all that is wrong with a refresh token.
    if (answer === null) throw new Problem('invalid_refresh_token');
    return answer;
  }

  private async reissue(
    transaction: Transaction,
    { outcome, family, token }: Redeemed,
    origin: RequestOrigin,
  ): Promise<SignedIn> {
    if (outcome === 'retried') await this.replayed.noteRetry(transaction, family, origin);
    const refresh = { familyId: family.id, token: token.value };
    const tokens = await this.tokens.issue(transaction, family.session_id, refresh);
    // Thrown, not returned: the rotation of a token that is good for nothing is undone, and may be used again once its person may.
    if (tokens === null || family.session_id === null) throw new Problem('invalid_refresh_token');
    return { tokens, sessionId: family.session_id };
  }
}
