import { Injectable } from '@nestjs/common';
import { EligibleHolders, type Holder } from '../../auth/eligible-holders';
import type { Transaction } from '../../database/transaction';
import { AccessDenied } from '../../protocol/request-errors';
import type { SessionWithUser } from '../../sessions/session-manager';

/** Sees to it that whoever is given tokens at the authorization endpoint may have them at that moment. */
@Injectable()
export class SessionHolders {
  constructor(private readonly holders: EligibleHolders) {}

  /** The person of a session. @throws {AccessDenied} where they have signed out meanwhile, or may not be let in any more */
  async need(transaction: Transaction, { session }: SessionWithUser): Promise<Holder> {
    const holder = await this.holders.inSession(transaction, session.id);
    if (holder === null) throw new AccessDenied('The person is not signed in any more.');
    return holder;
  }
}
