import { Injectable } from '@nestjs/common';
import type { AuditEventType, EventOrigin } from '../../audit/audit-event';
import { AuditLog } from '../../audit/audit-log';
import type { Transaction } from '../../database/transaction';
import { TokenRevoker } from '../../tokens/token-revoker';
import { SubjectLinkStore } from '../../trusted-issuers/subject-link.store';
import type { SubjectLink } from '../../trusted-issuers/subject-link.entity';
import type { TrustedIssuer, TrustedIssuerProperties } from '../../trusted-issuers/trusted-issuer';
import { TrustedIssuerStore } from '../../trusted-issuers/trusted-issuer.store';
import { UserStore } from '../../users/user.store';
import type { LeftAsItIs, Registered, RegistrationChanges, Removed } from '../client-registration/registrations';

/** What became of saying who a subject is. */
export type LinkOutcome =
  | { readonly outcome: 'linked'; readonly link: SubjectLink }
  /** That was said already. */
  | { readonly outcome: 'taken' }
  /** There is no such issuer. */
  | { readonly outcome: 'unknown' }
  /** There is no such person. */
  | { readonly outcome: 'nobody' };

/** Says whom this server trusts, with what, and whom they mean: each change inside the unit of work of whoever makes it. */
@Injectable()
export class TrustedIssuerChanges implements RegistrationChanges<TrustedIssuer, TrustedIssuerProperties> {
  constructor(
    private readonly issuers: TrustedIssuerStore,
    private readonly links: SubjectLinkStore,
    private readonly users: UserStore,
    private readonly revoker: TokenRevoker,
    private readonly audit: AuditLog,
  ) {}

  /** Trusts an issuer. */
  async add(
    transaction: Transaction,
    issuer: string,
    properties: TrustedIssuerProperties,
    by: EventOrigin,
  ): Promise<Registered<TrustedIssuer>> {
    if (!(await this.issuers.add(transaction, issuer, properties))) return { outcome: 'taken' };
    await this.note(transaction, 'trusted-issuer.registered', { issuer }, by);
    return this.done(transaction, issuer);
  }

  /**
   * Replaces what an issuer is trusted with; what was given on its word so far is good until it expires.
   * @param revision the one that the change was made from
   */
  async change(
    transaction: Transaction,
    issuer: string,
    properties: TrustedIssuerProperties,
    revision: number,
    by: EventOrigin,
  ): Promise<Registered<TrustedIssuer>> {
    if (!(await this.issuers.change(transaction, issuer, properties, revision))) {
      return this.refusal(transaction, issuer);
    }
    await this.note(transaction, 'trusted-issuer.changed', { issuer }, by);
    return this.done(transaction, issuer);
  }

  /** Trusts an issuer no longer: its links go, and all tokens that were given on its word. @param revision see {@link change} */
  async remove(transaction: Transaction, issuer: string, revision: number, by: EventOrigin): Promise<Removed> {
    // One statement says whether it is as it was seen, before its links go: they say what there is to be taken back.
    if (!(await this.issuers.hold(transaction, issuer, revision))) return this.refusal(transaction, issuer);
    const lineages = await this.links.removeAll(transaction, issuer);
    await this.issuers.remove(transaction, issuer);
    await this.revoker.revokeLineages(transaction, lineages);
    await this.note(transaction, 'trusted-issuer.removed', { issuer }, by);
    return { outcome: 'removed' };
  }

  /** Says who a subject of an issuer is. To say otherwise later, {@link unlink} it first. */
  async link(
    transaction: Transaction,
    { issuer, subject, userId }: { readonly issuer: string; readonly subject: string; readonly userId: string },
    by: EventOrigin,
  ): Promise<LinkOutcome> {
    const link = await this.links.add(transaction, issuer, subject, userId);
    if (link === null) return this.linkRefusal(transaction, issuer, userId);
    await this.note(transaction, 'trusted-issuer.linked', { issuer, subject }, by, userId);
    return { outcome: 'linked', link };
  }

  /** Takes back who a subject is, and the tokens that were given on it. @returns false where that was not said */
  async unlink(transaction: Transaction, issuer: string, subject: string, by: EventOrigin): Promise<boolean> {
    const link = await this.links.remove(transaction, issuer, subject);
    if (link === null) return false;
    await this.revoker.revokeLineages(transaction, [link.lineage]);
    await this.note(transaction, 'trusted-issuer.unlinked', { issuer, subject }, by, link.user_id);
    return true;
  }

  private async refusal(transaction: Transaction, issuer: string): Promise<LeftAsItIs> {
    return { outcome: (await this.issuers.read(issuer, transaction)) === null ? 'unknown' : 'outdated' };
  }

  private async linkRefusal(transaction: Transaction, issuer: string, userId: string): Promise<LinkOutcome> {
    if ((await this.issuers.read(issuer, transaction)) === null) return { outcome: 'unknown' };
    return { outcome: (await this.users.find(userId, transaction)) === null ? 'nobody' : 'taken' };
  }

  private async done(transaction: Transaction, issuer: string): Promise<Registered<TrustedIssuer>> {
    const found = await this.issuers.read(issuer, transaction);
    return found === null ? { outcome: 'unknown' } : { outcome: 'done', registered: found };
  }

  private note(
    transaction: Transaction,
    type: Extract<AuditEventType, `trusted-issuer.${string}`>,
    detail: { readonly issuer: string; readonly subject?: string },
    origin: EventOrigin,
    userId: string | null = null,
  ): Promise<void> {
    return this.audit.record(transaction, { type, outcome: 'success', userId, origin, detail });
  }
}
