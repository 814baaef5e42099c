import { Injectable } from '@nestjs/common';
import type { EventOrigin } from '../../audit/audit-event';
import { UnitOfWork } from '../../database/unit-of-work';
import type { TrustedIssuer, TrustedIssuerProperties } from '../../trusted-issuers/trusted-issuer';
import { subjectFault } from '../../trusted-issuers/trusted-issuer-fields';
import { type Refused, Registrations } from '../client-registration/registrations';
import { type LinkOutcome, TrustedIssuerChanges } from './trusted-issuer-changes';
import { TrustedIssuerReader } from './trusted-issuer-reader';

/** What became of saying who a subject is. */
export type LinkAnswer = Exclude<LinkOutcome, { readonly outcome: 'nobody' }> | Refused;

const NOBODY = 'user_id must be the id (sub) of somebody who has an account here.';

/** Registers trusted issuers by the `iss` of their assertions, changes and removes them, and says whom they mean. */
@Injectable()
export class TrustedIssuerRegistrations extends Registrations<TrustedIssuer, TrustedIssuerProperties> {
  constructor(
    unitOfWork: UnitOfWork,
    reader: TrustedIssuerReader,
    private readonly issuers: TrustedIssuerChanges,
  ) {
    super(unitOfWork, reader, issuers);
  }

  /** Says who a subject of an issuer is. */
  async link(
    issuer: string,
    { subject, user_id: userId }: { readonly subject?: unknown; readonly user_id?: unknown },
    by: EventOrigin,
  ): Promise<LinkAnswer> {
    const reason = subjectFault(subject);
    const problems = [
      ...(reason === null ? [] : [{ field: 'subject', reason }]),
      ...(typeof userId === 'string' ? [] : [{ field: 'user_id', reason: NOBODY }]),
    ];
    if (problems.length > 0) return { outcome: 'refused', problems };
    const link = { issuer, subject: subject as string, userId: userId as string };
    const linked = await this.unitOfWork.run((transaction) => this.issuers.link(transaction, link, by));
    if (linked.outcome !== 'nobody') return linked;
    return { outcome: 'refused', problems: [{ field: 'user_id', reason: NOBODY }] };
  }

  /** Takes back who a subject is. @returns false where that was not said */
  unlink(issuer: string, subject: string, by: EventOrigin): Promise<boolean> {
    return this.unitOfWork.run((transaction) => this.issuers.unlink(transaction, issuer, subject, by));
  }
}
