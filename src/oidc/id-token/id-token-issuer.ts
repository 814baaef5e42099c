import { Injectable } from '@nestjs/common';
import type { Client } from '../../clients/client';
import type { Transaction } from '../../database/transaction';
import type { GrantedClaims } from '../claims-parameter/granted-claims';
import { IdTokenClaims } from '../claims/id-token-claims';
import { IdTokenMint, type IdTokenOrder } from './id-token-mint';
import { IdTokenRecipients } from './id-token-recipients';

/** What an ID token is given for. */
export interface IdTokenGrant extends Omit<IdTokenOrder, 'claims'> {
  /** The scopes that were granted. */
  readonly scopes: readonly string[];
  /** What was granted claim by claim; null for nothing. */
  readonly granted: GrantedClaims | null;
  /** Whether the client can ask UserInfo: an access token goes with it, or a code. */
  readonly hasAccessToken: boolean;
}

/** Gives ID tokens, the one way whatever endpoint they leave by: whoever has to know of it is told, and they say what the client was granted. */
@Injectable()
export class IdTokenIssuer {
  constructor(
    private readonly idTokens: IdTokenMint,
    private readonly recipients: IdTokenRecipients,
    private readonly claims: IdTokenClaims,
  ) {}

  /** Sees to it that ID tokens of this client can be made; outside of any unit of work. */
  prepare(client: Client): Promise<void> {
    return this.idTokens.prepare(client);
  }

  /**
   * @returns the ID token; null where the session ends at this very moment, and nothing may be given any more
   * @throws {Error} for a grant that is of nobody
   */
  async issue(transaction: Transaction, grant: IdTokenGrant): Promise<string | null> {
    const { scopes, granted, hasAccessToken, ...order } = grant;
    const { client, holder } = order;
    if (holder.user === null) throw new Error('An ID token speaks of somebody.');
    if (!(await this.recipients.note(transaction, client, holder))) return null;
    const about = { client, userId: holder.user.id, scopes, granted, hasAccessToken };
    return this.idTokens.mint({ ...order, claims: await this.claims.of(about, transaction) });
  }
}
