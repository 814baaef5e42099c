import { Injectable } from '@nestjs/common';
import type { EventOrigin } from '../../audit/audit-event';
import { Reader } from '../../database/reader';
import type { PageRequest } from '../../http/page';
import { Problem } from '../../http/problem';
import { TrustedIssuerRegistrations } from '../../oauth/trusted-issuer-registration/trusted-issuer-registrations';
import { SubjectLinkStore } from '../../trusted-issuers/subject-link.store';
import type { SubjectLink } from '../../trusted-issuers/subject-link.entity';
import { invalidBody } from '../request-body';
import { AdministeredTrustedIssuers } from './administered-trusted-issuers';
import type { NewSubjectLinkDto } from './subject-link.dto';

const TAKEN =
  'Who this subject is has been said already: take that back first, and with it the tokens that came of it.';

/** Whom trusted issuers mean by their subjects, as administrators work with it. */
@Injectable()
export class AdministeredSubjectLinks {
  constructor(
    private readonly issuers: AdministeredTrustedIssuers,
    private readonly links: SubjectLinkStore,
    private readonly registrations: TrustedIssuerRegistrations,
    private readonly reader: Reader,
  ) {}

  /** A page of those of an issuer, newest first, with one more than the limit. @throws {Problem} not_found where there is no such issuer */
  async list(issuer: string, { limit, after }: PageRequest): Promise<SubjectLink[]> {
    await this.issuers.read(issuer);
    return this.links.list(issuer, limit, after);
  }

  /** @throws {Problem} not_found */
  async read(issuer: string, subject: string): Promise<SubjectLink> {
    const link = await this.links.find(this.reader, issuer, subject);
    if (link === null) throw new Problem('not_found');
    return link;
  }

  /** @throws {Problem} not_found where there is no such issuer; validation_failed; conflict where that was said already */
  async add(issuer: string, link: NewSubjectLinkDto, by: EventOrigin): Promise<SubjectLink> {
    await this.issuers.read(issuer);
    const answer = await this.registrations.link(issuer, link, by);
    if (answer.outcome === 'linked') return answer.link;
    if (answer.outcome === 'refused') throw invalidBody(answer.problems);
    throw answer.outcome === 'taken' ? new Problem('conflict', { detail: TAKEN }) : new Problem('not_found');
  }

  /** @throws {Problem} not_found */
  async remove(issuer: string, subject: string, by: EventOrigin): Promise<void> {
    if (!(await this.registrations.unlink(issuer, subject, by))) throw new Problem('not_found');
  }
}
