import { Injectable } from '@nestjs/common';
import type { RequestOrigin } from '../audit/audit-event';
import { Batch } from '../database/batch';
import type { Transaction } from '../database/transaction';
import { UnitOfWork } from '../database/unit-of-work';
import type { RefreshToken } from '../tokens/refresh-token';
import { type FamilyFacts, type Rotation, TokenFamilies } from '../tokens/token-families';
import { EligibleHolders, type Holder } from './eligible-holders';
import { ReplayedTokens } from './replayed-tokens';
import { SignInLimits } from './sign-in-limits';

/** How many refreshes share a unit of work at the most, and how many such units run at once. */
const BATCH = { size: 64, parallel: 2 };

/** A refresh token of ours, and what was granted with it; whether it is still good is found out when it is redeemed. */
export interface RecognisedToken {
  readonly token: RefreshToken;
  readonly family: FamilyFacts;
}

/** What a refresh token was good for, in the unit of work that took it. */
export interface RedeemedToken {
  readonly family: FamilyFacts;
  /** What takes its place; the same one where the family does not rotate. */
  readonly token: RefreshToken;
  readonly holder: Holder;
}

/** Issues what is due for a redeemed token, in the unit of work that took it. */
export type IssueAfterRefresh<Answer> = (transaction: Transaction, redeemed: RedeemedToken) => Promise<Answer>;

interface Request extends RecognisedToken {
  readonly origin: RequestOrigin;
  readonly issue: IssueAfterRefresh<unknown>;
}

/**
 * Redeems refresh tokens, for every endpoint that takes them: those that arrive together share a unit of work and its statements. What a person
 * or a session must be for further tokens is decided here, once.
 */
@Injectable()
export class RefreshTokenRedeemer {
  private readonly batch = new Batch<Request, unknown>((requests) => this.redeemAll(requests), BATCH);

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly families: TokenFamilies,
    private readonly holders: EligibleHolders,
    private readonly replayed: ReplayedTokens,
    private readonly limits: SignInLimits,
  ) {}

  /**
   * Finds out what a text was given for; null where it is no refresh token of ours.
   * @throws {Problem} rate_limited
   */
  async recognise(presented: string, origin: RequestOrigin): Promise<RecognisedToken | null> {
    const token = this.families.read(presented);
    const family = token === null ? null : await this.families.factsOf(token);
    await this.limits.refresh(family?.user_id ?? null, origin);
    return token === null || family === null ? null : { token, family };
  }

  /**
   * Takes a token and has `issue` give what is due for it; the answer comes once that is committed.
   * @returns null where it is expired, revoked, replayed, or its holder may not be given further tokens (RFC 6749 §5.2, invalid_grant)
   */
  redeem<Answer>(
    recognised: RecognisedToken,
    origin: RequestOrigin,
    issue: IssueAfterRefresh<Answer>,
  ): Promise<Answer | null> {
    return this.batch.submit({ ...recognised, origin, issue }) as Promise<Answer | null>;
  }

  /** A refusal is an answer like any other here: what follows a replay has to be committed. */
  private redeemAll(requests: readonly Request[]): Promise<unknown[]> {
    return this.unitOfWork.run(async (transaction) => {
      const holders = await this.holders.find(
        transaction,
        requests.map(({ family }) => family),
      );
      // Only those who may be given tokens rotate theirs: a refusal changes nothing.
      const admitted = requests.filter((_request, index) => holders[index] !== null);
      const rotations = await this.families.rotateAll(transaction, admitted);
      const answers = new Map<Request, unknown>();
      for (const [index, request] of admitted.entries()) {
        const holder = holders[requests.indexOf(request)]!;
        answers.set(request, await this.answer(transaction, request, rotations[index]!, holder));
      }
      return requests.map((request) => answers.get(request) ?? null);
    });
  }

  private async answer(
    transaction: Transaction,
    { family, origin, issue }: Request,
    rotation: Rotation,
    holder: Holder,
  ): Promise<unknown> {
    if (rotation.outcome === 'replayed') await this.replayed.revoke(transaction, family, origin);
    if (rotation.outcome !== 'rotated' && rotation.outcome !== 'retried') return null;
    if (rotation.outcome === 'retried' && family.rotates === 1) {
      await this.replayed.noteRetry(transaction, family, origin);
    }
    await this.holders.keepAlive(transaction, holder);
    return issue(transaction, { holder, family, token: rotation.token });
  }
}
