import { Injectable } from '@nestjs/common';
import type { EventOrigin } from '../../audit/audit-event';
import { UnitOfWork } from '../../database/unit-of-work';
import { subjectFault, type TrustedIssuerProblem } from '../../trusted-issuers/trusted-issuer-fields';
import {
  type LinkOutcome,
  TrustedIssuerChanges,
  type TrustedIssuerOutcome,
  type TrustedIssuerRemoval,
} from './trusted-issuer-changes';
import { TrustedIssuerReader } from './trusted-issuer-reader';

/** What was said cannot be meant. */
interface Refused {
  readonly outcome: 'refused';
  readonly problems: readonly TrustedIssuerProblem[];
}

/** What became of something that was said of a trusted issuer. */
export type TrustedIssuerAnswer = TrustedIssuerOutcome | Refused;

/** What became of saying who a subject is. */
export type LinkAnswer = Exclude<LinkOutcome, { readonly outcome: 'nobody' }> | Refused;

const NOBODY = 'user_id must be the id (sub) of somebody who has an account here.';

/** Registers trusted issuers, changes and removes them, and says whom they mean. */
@Injectable()
export class TrustedIssuerRegistrations {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly reader: TrustedIssuerReader,
    private readonly changes: TrustedIssuerChanges,
  ) {}

  /** Trusts an issuer. @param issuer the `iss` of its assertions @param input by the names of `TRUSTED_ISSUER_FIELDS` */
  async register(
    issuer: unknown,
    input: Readonly<Record<string, unknown>>,
    by: EventOrigin,
  ): Promise<TrustedIssuerAnswer> {
    const read = await this.reader.readNew(issuer, input);
    if (!read.ok) return { outcome: 'refused', problems: read.problems };
    return this.unitOfWork.run((transaction) => this.changes.add(transaction, read.issuer, read.properties, by));
  }

  /** Replaces what an issuer is trusted with. @param revision the one that the change was made from */
  async change(
    issuer: string,
    input: Readonly<Record<string, unknown>>,
    revision: number,
    by: EventOrigin,
  ): Promise<TrustedIssuerAnswer> {
    const read = await this.reader.read(input);
    if (!read.ok) return { outcome: 'refused', problems: read.problems };
    return this.unitOfWork.run((transaction) =>
      this.changes.change(transaction, issuer, read.properties, revision, by),
    );
  }

  /** Trusts an issuer no longer. @param revision the one that this was decided upon */
  remove(issuer: string, revision: number, by: EventOrigin): Promise<TrustedIssuerRemoval> {
    return this.unitOfWork.run((transaction) => this.changes.remove(transaction, issuer, revision, by));
  }

  /** Says who a subject of an issuer is. */
  async link(
    issuer: string,
    { subject, user_id: userId }: { readonly subject?: unknown; readonly user_id?: unknown },
    by: EventOrigin,
  ): Promise<LinkAnswer> {
    const reason = subjectFault(subject);
    const problems = [
      ...(reason === null ? [] : [{ field: 'subject', path: [], reason }]),
      ...(typeof userId === 'string' ? [] : [{ field: 'user_id', path: [], reason: NOBODY }]),
    ];
    if (problems.length > 0) return { outcome: 'refused', problems };
    const link = { issuer, subject: subject as string, userId: userId as string };
    const linked = await this.unitOfWork.run((transaction) => this.changes.link(transaction, link, by));
    if (linked.outcome !== 'nobody') return linked;
    return { outcome: 'refused', problems: [{ field: 'user_id', path: [], reason: NOBODY }] };
  }

  /** Takes back who a subject is. @returns false where that was not said */
  unlink(issuer: string, subject: string, by: EventOrigin): Promise<boolean> {
    return this.unitOfWork.run((transaction) => this.changes.unlink(transaction, issuer, subject, by));
  }
}
