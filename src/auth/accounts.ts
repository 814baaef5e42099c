import { Injectable } from '@nestjs/common';
import type { EventOrigin } from '../audit/audit-event';
import { AuditLog } from '../audit/audit-log';
import type { Transaction } from '../database/transaction';
import { UnitOfWork } from '../database/unit-of-work';
import { Problem } from '../http/problem';
import { SessionManager } from '../sessions/session-manager';
import { TokenRevoker } from '../tokens/token-revoker';
import { isRoleName } from '../users/role-name';
import { ADMIN_ROLE, rolesOf } from '../users/user.entity';
import { UserStore } from '../users/user-store';
import { AccountDetails, type NewAccount } from './account-details';

/** What became of a change to somebody's account. */
export type AccountChange = 'changed' | 'unchanged' | 'last-administrator';

/** Adds accounts and changes them; whatever takes rights away takes the tokens back in the same unit of work. */
@Injectable()
export class Accounts {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly users: UserStore,
    private readonly sessions: SessionManager,
    private readonly revoker: TokenRevoker,
    private readonly audit: AuditLog,
    private readonly details: AccountDetails,
  ) {}

  /**
   * Adds a person. @param account.roles roles to begin with; names that are reserved are for people with roles only
   * @returns their id
   * @throws {Problem} validation_failed, or identity_taken without saying which of the two it is
   */
  async create(account: NewAccount, origin?: EventOrigin): Promise<string> {
    assertRoles(account.roles ?? []);
    const user = await this.details.check(account);
    return this.unitOfWork.run(async (transaction) => {
      const added = await this.users.add(transaction, user);
      if (added.outcome === 'taken') throw new Problem('identity_taken');
      const detail = { roles: user.roles.join(' ') };
      await this.audit.record(transaction, {
        type: 'user.registered',
        outcome: 'success',
        userId: added.id,
        origin,
        detail,
      });
      return added.id;
    });
  }

  /**
   * Sets a new password and ends all other sessions.
   * @param keepSession the session that goes on
   * @param checkedHash with which the old password was found right, where it was asked for: whoever knew only the one before it, and
   * was slower than its owner, must not have the last word
   * @throws {Problem} validation_failed, or wrong_password when it was changed since it was checked
   */
  async setPassword(
    userId: string,
    password: string,
    keepSession: string | null,
    origin?: EventOrigin,
    checkedHash?: string,
  ): Promise<void> {
    const user = await this.users.find(userId);
    if (user === null) throw new Problem('not_found');
    const hash = await this.details.checkPassword(password, user);
    await this.unitOfWork.run(async (transaction) => {
      if (checkedHash !== undefined && !(await this.users.holdsPassword(transaction, userId, checkedHash))) {
        throw new Problem('wrong_password');
      }
      await this.users.setPasswordHash(transaction, userId, hash);
      const ended = await this.sessions.endAll(transaction, userId, keepSession);
      await this.revoker.revokeSessions(transaction, ended, 'password changed');
      const detail = { endedSessions: ended.length };
      await this.audit.record(transaction, { type: 'password.changed', outcome: 'success', userId, origin, detail });
    });
  }

  /** Keeps a person out, or lets them in again. @param mark `locked` also holds for administrators, `disabled` never for the last one */
  async mark(userId: string, mark: 'disabled' | 'locked', set: boolean, origin?: EventOrigin): Promise<AccountChange> {
    return this.unitOfWork.run(async (transaction) => {
      await transaction.lock('administrators');
      if (set && mark === 'disabled' && (await this.isLastAdministrator(transaction, userId))) {
        return 'last-administrator';
      }
      if (!(await this.users.mark(transaction, userId, mark, set))) return 'unchanged';
      if (set) await this.endEverything(transaction, userId, mark);
      const type =
        mark === 'disabled' ? (set ? 'user.disabled' : 'user.enabled') : set ? 'user.locked' : 'user.unlocked';
      await this.audit.record(transaction, { type, outcome: 'success', userId, origin });
      return 'changed';
    });
  }

  /**
   * Gives a person these roles and no others. Where one is taken away their sessions end, so that not even a token that is being issued
   * at this moment keeps it; a new one comes with the next token.
   * @throws {Problem} validation_failed when one of them is no {@link isRoleName role}
   */
  async setRoles(userId: string, roles: readonly string[], origin?: EventOrigin): Promise<AccountChange> {
    assertRoles(roles);
    return this.unitOfWork.run(async (transaction) => {
      await transaction.lock('administrators');
      if (!roles.includes(ADMIN_ROLE) && (await this.isLastAdministrator(transaction, userId))) {
        return 'last-administrator';
      }
      const user = await this.users.find(userId, transaction);
      if (user === null || !(await this.users.setRoles(transaction, userId, roles))) return 'unchanged';
      const isLess = rolesOf(user).some((role) => !roles.includes(role));
      if (isLess) await this.endEverything(transaction, userId, 'roles changed');
      const detail = { roles: roles.join(' ') };
      const type = 'user.roles-changed';
      await this.audit.record(transaction, { type, outcome: 'success', userId, origin, detail });
      return 'changed';
    });
  }

  private async endEverything(transaction: Transaction, userId: string, reason: string): Promise<void> {
    const ended = await this.sessions.endAll(transaction, userId);
    await this.revoker.revokeSessions(transaction, ended, reason);
    await this.revoker.revokeUser(transaction, userId);
  }

  private async isLastAdministrator(transaction: Transaction, userId: string): Promise<boolean> {
    const user = await this.users.find(userId, transaction);
    if (user === null || user.disabled_at !== null || !rolesOf(user).includes(ADMIN_ROLE)) return false;
    return (await this.users.countWithRole(ADMIN_ROLE, transaction)) <= 1;
  }
}

function assertRoles(roles: readonly string[]): void {
  const detail = 'A role is a word of small letters, digits and - _ . : with at most 64 characters.';
  const faulty = roles.flatMap((role, index) => (isRoleName(role) ? [] : [index]));
  if (faulty.length === 0) return;
  throw new Problem('validation_failed', { errors: faulty.map((index) => ({ pointer: `#/roles/${index}`, detail })) });
}
