import { Injectable } from '@nestjs/common';
import type { EventOrigin } from '../audit/audit-event';
import { AuditLog } from '../audit/audit-log';
import type { Transaction } from '../database/transaction';
import { SessionManager } from '../sessions/session-manager';
import { TokenRevoker } from '../tokens/token-revoker';
import { ADMIN_ROLE, rolesOf } from '../users/user.entity';
import { type ProfileChange, ProfileStore } from '../users/profile.store';
import { type NewUser, UserStore } from '../users/user.store';

/** What became of a change to somebody's account. */
export type AccountChange = 'changed' | 'unchanged' | 'last-administrator';

/** A change of what is known of a person; what is undefined stays. */
export interface PersonChange extends ProfileChange {
  readonly displayName?: string | null;
  readonly email?: NewUser['email'];
}

/** The two marks that keep a person out. */
export type AccountMark = 'disabled' | 'locked';

/**
 * What can happen to an account, one thing at a time, inside a unit of work: whatever takes rights away takes the tokens back, each thing is noted in
 * the audit log, and nothing leaves the server without an administrator.
 */
@Injectable()
export class AccountChanges {
  constructor(
    private readonly users: UserStore,
    private readonly profiles: ProfileStore,
    private readonly sessions: SessionManager,
    private readonly revoker: TokenRevoker,
    private readonly audit: AuditLog,
  ) {}

  /** Adds a person. @returns their id; null where somebody has that name or address already */
  async add(transaction: Transaction, user: NewUser, origin?: EventOrigin): Promise<string | null> {
    const added = await this.users.add(transaction, user);
    if (added.outcome === 'taken') return null;
    const detail = { roles: user.roles.join(' ') };
    const { id: userId } = added;
    await this.audit.record(transaction, { type: 'user.registered', outcome: 'success', userId, origin, detail });
    return userId;
  }

  /** Notes what is known of a person who was just added. */
  async describe(transaction: Transaction, userId: string, profile: ProfileChange): Promise<void> {
    await this.profiles.change(transaction, userId, profile);
  }

  /** Stores a new password and ends all other sessions, and what applications were let keep beyond them. @param keepSession the session that goes on */
  async setPasswordHash(
    transaction: Transaction,
    userId: string,
    hash: string,
    keepSession: string | null,
    origin?: EventOrigin,
  ): Promise<void> {
    await this.users.setPasswordHash(transaction, userId, hash);
    const ended = await this.sessions.endAll(transaction, userId, keepSession);
    await this.revoker.revokeSessions(transaction, ended, 'password changed');
    // RFC 9700 §4.14.2: whoever knew the old password may have let an application in with it.
    await this.revoker.revokeOffline(transaction, userId, 'password changed');
    const detail = { endedSessions: ended.length };
    await this.audit.record(transaction, { type: 'password.changed', outcome: 'success', userId, origin, detail });
  }

  /** Changes what a person is called, where mail for them goes, and what else is known of them. */
  async changeProfile(
    transaction: Transaction,
    userId: string,
    profile: PersonChange,
    origin?: EventOrigin,
  ): Promise<'changed' | 'taken' | 'unknown'> {
    const outcome = await this.users.changeProfile(transaction, userId, profile);
    if (outcome !== 'changed') return outcome;
    await this.profiles.change(transaction, userId, profile);
    const detail = {
      email: profile.email === undefined ? 0 : 1,
      displayName: profile.displayName === undefined ? 0 : 1,
      claims: Object.keys(profile.claims ?? {}).join(' '),
      ...(profile.emailVerified === undefined ? {} : { emailVerified: profile.emailVerified ? 1 : 0 }),
      ...(profile.phoneVerified === undefined ? {} : { phoneVerified: profile.phoneVerified ? 1 : 0 }),
    };
    await this.audit.record(transaction, { type: 'user.changed', outcome: 'success', userId, origin, detail });
    return outcome;
  }

  /** Keeps a person out, or lets them in again. `locked` also holds for the last administrator, `disabled` never. */
  async mark(
    transaction: Transaction,
    userId: string,
    mark: AccountMark,
    set: boolean,
    origin?: EventOrigin,
  ): Promise<AccountChange> {
    if (set && mark === 'disabled' && (await this.isLastAdministrator(transaction, userId))) {
      return 'last-administrator';
    }
    if (!(await this.users.mark(transaction, userId, mark, set))) return 'unchanged';
    if (set) await this.endEverything(transaction, userId, mark);
    const type = mark === 'disabled' ? (set ? 'user.disabled' : 'user.enabled') : set ? 'user.locked' : 'user.unlocked';
    await this.audit.record(transaction, { type, outcome: 'success', userId, origin });
    return 'changed';
  }

  /**
   * Gives a person these roles and no others. Where one is taken away their sessions end, so that not even a token that is being issued at this moment
   * keeps it; a new one comes with the next token.
   */
  async setRoles(
    transaction: Transaction,
    userId: string,
    roles: readonly string[],
    origin?: EventOrigin,
  ): Promise<AccountChange> {
    if (!roles.includes(ADMIN_ROLE) && (await this.isLastAdministrator(transaction, userId))) {
      return 'last-administrator';
    }
    const user = await this.users.find(userId, transaction);
    if (user === null || !(await this.users.setRoles(transaction, userId, roles))) return 'unchanged';
    const isLess = rolesOf(user).some((role) => !roles.includes(role));
    if (isLess) await this.endSessions(transaction, userId, 'roles changed');
    const detail = { roles: roles.join(' ') };
    const type = 'user.roles-changed';
    await this.audit.record(transaction, { type, outcome: 'success', userId, origin, detail });
    return 'changed';
  }

  /** Removes a person and all that is theirs. */
  async remove(transaction: Transaction, userId: string, origin?: EventOrigin): Promise<AccountChange> {
    if (await this.isLastAdministrator(transaction, userId)) return 'last-administrator';
    // Before the rows are gone that say what there is to be ended.
    await this.endEverything(transaction, userId, 'user removed');
    if (!(await this.users.remove(transaction, userId))) return 'unchanged';
    await this.audit.record(transaction, { type: 'user.deleted', outcome: 'success', userId, origin });
    return 'changed';
  }

  /** Whoever was kept out and comes back begins anew: nothing that was given before wakes up again, be it beyond any session. */
  private async endEverything(transaction: Transaction, userId: string, reason: string): Promise<void> {
    await this.endSessions(transaction, userId, reason);
    await this.revoker.revokeOffline(transaction, userId, reason);
  }

  private async endSessions(transaction: Transaction, userId: string, reason: string): Promise<void> {
    const ended = await this.sessions.endAll(transaction, userId);
    await this.revoker.revokeSessions(transaction, ended, reason);
    await this.revoker.revokeUser(transaction, userId);
  }

  /** Two who take a right from one administrator each see one another: the second finds that there is nobody left. */
  private async isLastAdministrator(transaction: Transaction, userId: string): Promise<boolean> {
    await transaction.lock('administrators');
    const user = await this.users.find(userId, transaction);
    if (user === null || user.disabled_at !== null || !rolesOf(user).includes(ADMIN_ROLE)) return false;
    return (await this.users.countWithRole(ADMIN_ROLE, transaction, userId)) === 0;
  }
}
