import { Inject, Injectable } from '@nestjs/common';
import type { AuditEventType, EventOrigin } from '../../audit/audit-event';
import { AuditLog } from '../../audit/audit-log';
import { SETTINGS, type Settings } from '../../config/settings';
import type { Transaction } from '../../database/transaction';
import { TokenRevoker } from '../../tokens/token-revoker';
import { SubjectLinkStore } from '../../trusted-issuers/subject-link-store';
import type { TrustedIssuer } from '../../trusted-issuers/trusted-issuer';
import { issuerFault, readTrustedIssuer, type TrustedIssuerProblem } from '../../trusted-issuers/trusted-issuer-fields';
import { TrustedIssuerStore } from '../../trusted-issuers/trusted-issuer-store';

/** What became of something that was said of a trusted issuer. */
export type TrustedIssuerOutcome =
  | { readonly outcome: 'done'; readonly issuer: TrustedIssuer }
  | { readonly outcome: 'refused'; readonly problems: readonly TrustedIssuerProblem[] }
  /** There is one of that name already. */
  | { readonly outcome: 'taken' }
  | { readonly outcome: 'unknown' }
  /** Somebody else has changed it meanwhile. */
  | { readonly outcome: 'outdated' };

/** What became of saying who a subject is. */
export type LinkOutcome = 'linked' | 'taken-or-unknown' | 'refused';

/** The longest `sub` that is linked, in characters (OpenID Connect Core §2). */
const LONGEST_SUBJECT = 255;

/** Says whom this server trusts, with what, and whom they mean: each change inside the unit of work of whoever makes it. */
@Injectable()
export class TrustedIssuerChanges {
  constructor(
    private readonly issuers: TrustedIssuerStore,
    private readonly links: SubjectLinkStore,
    private readonly revoker: TokenRevoker,
    private readonly audit: AuditLog,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** Trusts an issuer. @param input by the names of `TRUSTED_ISSUER_FIELDS` */
  async add(
    transaction: Transaction,
    issuer: string,
    input: Readonly<Record<string, unknown>>,
    by: EventOrigin,
  ): Promise<TrustedIssuerOutcome> {
    const fault = issuerFault(issuer, this.settings.issuer);
    const read = readTrustedIssuer(input);
    if (fault !== null || !read.ok) {
      const ofIssuer = fault === null ? [] : [{ field: 'issuer', path: [], reason: fault }];
      return { outcome: 'refused', problems: [...ofIssuer, ...(read.ok ? [] : read.problems)] };
    }
    if (!(await this.issuers.add(transaction, issuer, read.properties))) return { outcome: 'taken' };
    await this.note(transaction, 'trusted-issuer.registered', issuer, by);
    return this.done(transaction, issuer);
  }

  /**
   * Replaces what an issuer is trusted with; what was given on its word so far is good until it expires.
   * @param revision the one that the change was made from; null where whatever is there is to be replaced
   */
  async change(
    transaction: Transaction,
    issuer: string,
    input: Readonly<Record<string, unknown>>,
    revision: number | null,
    by: EventOrigin,
  ): Promise<TrustedIssuerOutcome> {
    const read = readTrustedIssuer(input);
    if (!read.ok) return { outcome: 'refused', problems: read.problems };
    if (!(await this.issuers.change(transaction, issuer, read.properties, revision))) {
      return { outcome: (await this.issuers.read(issuer, transaction)) === null ? 'unknown' : 'outdated' };
    }
    await this.note(transaction, 'trusted-issuer.changed', issuer, by);
    return this.done(transaction, issuer);
  }

  /** Trusts an issuer no longer: its links go, and all tokens that were given on its word. @param revision see {@link change} */
  async remove(
    transaction: Transaction,
    issuer: string,
    revision: number | null,
    by: EventOrigin,
  ): Promise<'removed' | 'unknown' | 'outdated'> {
    const before = await this.issuers.read(issuer, transaction);
    if (before === null) return 'unknown';
    if (revision !== null && before.revision !== revision) return 'outdated';
    const lineages = await this.links.removeAll(transaction, issuer);
    if (!(await this.issuers.remove(transaction, issuer, null))) return 'unknown';
    await this.revoker.revokeLineages(transaction, lineages);
    await this.note(transaction, 'trusted-issuer.removed', issuer, by);
    return 'removed';
  }

  /** Says who a subject of an issuer is. To say otherwise later, {@link unlink} it first. */
  async link(
    transaction: Transaction,
    { issuer, subject, userId }: { readonly issuer: string; readonly subject: string; readonly userId: string },
    by: EventOrigin,
  ): Promise<LinkOutcome> {
    if (subject === '' || subject.length > LONGEST_SUBJECT) return 'refused';
    if (!(await this.links.add(transaction, issuer, subject, userId))) return 'taken-or-unknown';
    await this.note(transaction, 'trusted-issuer.linked', issuer, by, userId);
    return 'linked';
  }

  /** Takes back who a subject is, and the tokens that were given on it. @returns false where that was not said */
  async unlink(transaction: Transaction, issuer: string, subject: string, by: EventOrigin): Promise<boolean> {
    const link = await this.links.remove(transaction, issuer, subject);
    if (link === null) return false;
    await this.revoker.revokeLineages(transaction, [link.lineage]);
    await this.note(transaction, 'trusted-issuer.unlinked', issuer, by, link.user_id);
    return true;
  }

  private async done(transaction: Transaction, issuer: string): Promise<TrustedIssuerOutcome> {
    const found = await this.issuers.read(issuer, transaction);
    return found === null ? { outcome: 'unknown' } : { outcome: 'done', issuer: found };
  }

  private note(
    transaction: Transaction,
    type: Extract<AuditEventType, `trusted-issuer.${string}`>,
    issuer: string,
    origin: EventOrigin,
    userId: string | null = null,
  ): Promise<void> {
    return this.audit.record(transaction, { type, outcome: 'success', userId, origin, detail: { issuer } });
  }
}
