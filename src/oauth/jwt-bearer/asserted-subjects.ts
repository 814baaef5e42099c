import { Injectable } from '@nestjs/common';
import { EligibleHolders, type Holder } from '../../auth/eligible-holders';
import type { Transaction } from '../../database/transaction';
import { InvalidGrant } from '../../protocol/request-errors';
import { SubjectLinkStore } from '../../trusted-issuers/subject-link.store';
import { ADMIN_ROLE, rolesOf } from '../../users/user.entity';
import type { VerifiedAssertion } from './assertion-verifier';

/** One sentence for all that keeps a person out: a client learns nothing of people here. */
const NOBODY_HERE = 'The subject of the assertion is nobody for whom this client can have tokens.';

/** The person whom an assertion is about, and what tokens that come of it are known by. */
export interface AssertedSubject {
  readonly holder: Holder;
  readonly userId: string;
  readonly lineage: string;
}

/** Finds whom assertions are about: those whom an administrator has linked to the issuer's subject, and nobody by likeness. */
@Injectable()
export class AssertedSubjects {
  constructor(
    private readonly links: SubjectLinkStore,
    private readonly holders: EligibleHolders,
  ) {}

  /** @throws {InvalidGrant} where nobody is linked, or the person may not be given tokens in this way */
  async find(transaction: Transaction, { trusted, subject }: VerifiedAssertion): Promise<AssertedSubject> {
    const link = await this.links.find(transaction, trusted.issuer, subject);
    if (link === null) throw new InvalidGrant(NOBODY_HERE, 'not linked');
    const { user_id: userId, lineage } = link;
    // Nobody has signed in here: no session, and no instant or way of a sign-in that a resource server could rely on.
    const facts = { user_id: userId, session_id: null, authenticated_at: null, acr: null, amr: null };
    const holder = await this.holders.of(transaction, facts);
    if (!holder?.user) throw new InvalidGrant(NOBODY_HERE, 'the person may not be given tokens');
    // Whoever holds an issuer's keys must not come to rule this server with them.
    if (rolesOf(holder.user).includes(ADMIN_ROLE)) throw new InvalidGrant(NOBODY_HERE, 'an administrator');
    return { holder, userId, lineage };
  }
}
