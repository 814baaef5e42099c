import { Injectable } from '@nestjs/common';
import { RESERVED_CLAIMS } from './access-token-claims';

/** For whom a token is about to be minted. */
export interface ClaimsContext {
  /** The person (`sub`), or null for a token without one. */
  readonly userId: string | null;
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** The resource servers that the token is for. */
  readonly audience: readonly string[];
}

/** Adds claims of its own to access tokens. */
export interface ClaimsContributor {
  /**
   * @returns the claims to add; called for every token, so keep it quick
   * @throws to refuse the token altogether
   */
  contribute(context: ClaimsContext): Promise<Readonly<Record<string, unknown>>> | Readonly<Record<string, unknown>>;
}

/** A contributor tried to set a claim that belongs to the server. */
export class ReservedClaim extends Error {
  constructor(claim: string) {
    super(
      `A claims contributor may not set the claim "${claim}": it belongs to the server. Choose a name of your own.`,
    );
  }
}

/** All that add claims to access tokens. */
@Injectable()
export class ClaimsContributors {
  private readonly contributors: ClaimsContributor[] = [];

  /** Adds a contributor; of two that set the same claim the later one wins. */
  register(contributor: ClaimsContributor): void {
    this.contributors.push(contributor);
  }

  /** Whether {@link collect} has anything to do. */
  get isEmpty(): boolean {
    return this.contributors.length === 0;
  }

  /** @throws {ReservedClaim} when a contributor names one of the server's own claims (RFC 9068 §2.2) */
  async collect(context: ClaimsContext): Promise<Record<string, unknown>> {
    const claims: Record<string, unknown> = {};
    for (const contributor of this.contributors) {
      for (const [claim, value] of Object.entries(await contributor.contribute(context))) {
        if (RESERVED_CLAIMS.has(claim)) throw new ReservedClaim(claim);
        if (value !== undefined) claims[claim] = value;
      }
    }
    // In the form that a reader of the token will see: dates are texts, what JSON cannot say is gone.
    return this.isEmpty ? claims : (JSON.parse(JSON.stringify(claims)) as Record<string, unknown>);
  }
}
