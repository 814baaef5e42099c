import { Injectable } from '@nestjs/common';
import type { RequestOrigin } from '../audit/audit-event';
import { FIRST_PARTY_CLIENT_ID } from '../clients/client.entity';
import { Batch } from '../database/batch';
import type { Transaction } from '../database/transaction';
import { UnitOfWork } from '../database/unit-of-work';
import { Problem } from '../http/problem';
import type { SessionWithUser } from '../sessions/session-manager';
import type { RefreshToken } from '../tokens/refresh-token';
import { type Rotation, TokenFamilies } from '../tokens/token-families';
import { ReplayedTokens } from './replayed-tokens';
import { SessionTokens } from './session-tokens';
import type { SignedIn } from './sign-in';
import { SignInLimits } from './sign-in-limits';

/** How many refreshes share a unit of work at the most, and how many such units run at once. */
const BATCH = { size: 64, parallel: 2 };

interface RefreshRequest {
  readonly token: RefreshToken;
  readonly sessionId: string;
  readonly origin: RequestOrigin;
}

/** Exchanges refresh tokens of the first-party API; those that arrive together share a unit of work and its statements. */
@Injectable()
export class TokenRefresh {
  private readonly batch = new Batch<RefreshRequest, SignedIn | null>((requests) => this.redeem(requests), BATCH);

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
    const token = this.families.read(presented);
    const owner = token === null ? null : await this.families.ownerOf(token);
    await this.limits.refresh(owner?.user_id ?? null, origin);
    const sessionId = owner?.session_id ?? null;
    const answer = token === null || sessionId === null ? null : await this.batch.submit({ token, sessionId, origin });
    // RFC 6749 §5.2, invalid_grant: one answer for all that is wrong with a refresh token.
    if (answer === null) throw new Problem('invalid_refresh_token');
    return answer;
  }

  /** A refusal is an answer like any other here: what follows a replay has to be committed. */
  private redeem(requests: readonly RefreshRequest[]): Promise<(SignedIn | null)[]> {
    return this.unitOfWork.run(async (transaction) => {
      const sessionIds = requests.map(({ sessionId }) => sessionId);
      const eligible = await this.tokens.eligible(transaction, sessionIds);
      // Only those who may be given tokens rotate theirs: a refusal changes nothing.
      const admitted = requests.filter(({ sessionId }) => eligible.has(sessionId));
      const presented = admitted.map(({ token }) => ({ token, clientId: FIRST_PARTY_CLIENT_ID }));
      const rotations = await this.families.rotateAll(transaction, presented);
      const answers = new Map<RefreshRequest, SignedIn | null>();
      for (const [index, request] of admitted.entries()) {
        const found = eligible.get(request.sessionId)!;
        answers.set(request, await this.answer(transaction, rotations[index]!, found, request.origin));
      }
      return requests.map((request) => answers.get(request) ?? null);
    });
  }

  private async answer(
    transaction: Transaction,
    rotation: Rotation,
    found: SessionWithUser,
    origin: RequestOrigin,
  ): Promise<SignedIn | null> {
    if (rotation.outcome === 'replayed') await this.replayed.revoke(transaction, rotation.family, origin);
    if (rotation.outcome !== 'rotated' && rotation.outcome !== 'retried') return null;
    if (rotation.outcome === 'retried') await this.replayed.noteRetry(transaction, rotation.family, origin);
    const refresh = { familyId: rotation.family.id, token: rotation.token.value };
    return { tokens: await this.tokens.issue(transaction, found, refresh), sessionId: found.session.id };
  }
}
