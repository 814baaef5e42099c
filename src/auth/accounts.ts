import { Injectable } from '@nestjs/common';
import type { EventOrigin } from '../audit/audit-event';
import { UnitOfWork } from '../database/unit-of-work';
import { Problem } from '../http/problem';
import { ROLE_NAME_RULE, isRoleName } from '../users/role-name';
import { UserStore } from '../users/user.store';
import { AccountDetails, type NewAccount } from './account-details';
import { type AccountChange, AccountChanges, type AccountMark } from './account-changes';

/** Adds accounts and changes them; whatever takes rights away takes the tokens back in the same unit of work. */
@Injectable()
export class Accounts {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly users: UserStore,
    private readonly details: AccountDetails,
    private readonly changes: AccountChanges,
  ) {}

  /**
   * Adds a person. @param account.roles roles to begin with; names that are reserved are for people with roles only
   * @returns their id
   * @throws {Problem} validation_failed, or identity_taken without saying which of the two it is
   */
  async create(account: NewAccount, origin?: EventOrigin): Promise<string> {
    assertRoles(account.roles ?? []);
    const user = await this.details.check(account);
    const id = await this.unitOfWork.run((transaction) => this.changes.add(transaction, user, origin));
    if (id === null) throw new Problem('identity_taken');
    return id;
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
      await this.changes.setPasswordHash(transaction, userId, hash, keepSession, origin);
    });
  }

  /** Keeps a person out, or lets them in again. @param mark `locked` also holds for administrators, `disabled` never for the last one */
  mark(userId: string, mark: AccountMark, set: boolean, origin?: EventOrigin): Promise<AccountChange> {
    return this.unitOfWork.run((transaction) => this.changes.mark(transaction, userId, mark, set, origin));
  }

  /**
   * Gives a person these roles and no others. Where one is taken away their sessions end; a new one comes with the next token.
   * @throws {Problem} validation_failed when one of them is no {@link isRoleName role}
   */
  async setRoles(userId: string, roles: readonly string[], origin?: EventOrigin): Promise<AccountChange> {
    assertRoles(roles);
    return this.unitOfWork.run((transaction) => this.changes.setRoles(transaction, userId, roles, origin));
  }
}

function assertRoles(roles: readonly string[]): void {
  const faulty = roles.flatMap((role, index) => (isRoleName(role) ? [] : [index]));
  if (faulty.length === 0) return;
  throw new Problem('validation_failed', {
    errors: faulty.map((index) => ({ pointer: `#/roles/${index}`, detail: ROLE_NAME_RULE })),
  });
}
