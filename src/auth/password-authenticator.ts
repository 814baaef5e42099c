import { Injectable } from '@nestjs/common';
import type { RequestOrigin } from '../audit/audit-event';
import { AuditLog } from '../audit/audit-log';
import { QueueFull } from '../crypto/bounded-queue';
import { PasswordHasher } from '../crypto/password-hash';
import type { Transaction } from '../database/transaction';
import { UnitOfWork } from '../database/unit-of-work';
import { Problem } from '../http/problem';
import { SessionManager } from '../sessions/session-manager';
import { mayUseAccount, type User } from '../users/user.entity';
import { canonicalLogin, UserStore } from '../users/user.store';
import { SignInLimits } from './sign-in-limits';

/** A person whose password was right a moment ago. */
export interface AuthenticatedPerson {
  readonly user: User;
  /** The hash that was checked; a sign-in goes on only while it is still the person's. */
  readonly checkedHash: string;
}

/** How long a client is asked to wait when the line for checking passwords is full, in seconds. */
const QUEUE_RETRY_AFTER = 5;

/** Finds out whether a user name or e-mail address and a password belong together, and tells nothing else. */
@Injectable()
export class PasswordAuthenticator {
  constructor(
    private readonly users: UserStore,
    private readonly sessions: SessionManager,
    private readonly hasher: PasswordHasher,
    private readonly limits: SignInLimits,
    private readonly unitOfWork: UnitOfWork,
    private readonly audit: AuditLog,
  ) {}

  /**
   * @throws {Problem} invalid_credentials: the same for an unknown name, a wrong password and a person who may not sign in, after the
   * same work (CWE-204, CWE-208)
   * @throws {Problem} rate_limited or temporarily_unavailable
   */
  async authenticate(login: string, password: string, origin: RequestOrigin): Promise<AuthenticatedPerson> {
    const found = await this.users.findForSignIn(login);
    const known = await this.sessions.isKnownAddress(found?.user.id ?? '', origin.address);
    const attempt = await this.limits.signIn(canonicalLogin(login), origin, known);
    const { valid, needsRehash } = await this.check(found?.hash ?? null, password);
    // A disabled account is told apart only by whoever knows its password, and then by nobody: one answer for all (AUT-01).
    if (found === null || found.hash === null || !valid || !mayUseAccount(found.user)) {
      await this.recordFailure(found?.user.id ?? null, valid, origin);
      throw new Problem('invalid_credentials');
    }
    attempt.succeeded();
    const checkedHash = needsRehash ? await this.upgrade(found.user.id, found.hash, password) : found.hash;
    return { user: found.user, checkedHash };
  }

  /**
   * Checks a signed-in person's password again before a change that matters.
   * @returns the hash that was checked
   * @throws {Problem} wrong_password: not 401, at which clients refresh their token and try again, using up the attempts
   * @throws {Problem} rate_limited or temporarily_unavailable
   */
  async confirm(userId: string, password: string, origin: RequestOrigin): Promise<string> {
    const user = await this.users.find(userId);
    try {
      const { checkedHash } = await this.authenticate(user?.username ?? '', password, origin);
      return checkedHash;
    } catch (error) {
      throw error instanceof Problem && error.code === 'invalid_credentials' ? new Problem('wrong_password') : error;
    }
  }

  /**
   * Has a password that was confirmed decide to the end: nobody sets another one until the unit of work ends.
   * @throws {Problem} wrong_password when it was changed since it was checked
   */
  async assertCurrent(transaction: Transaction, userId: string, checkedHash: string): Promise<void> {
    if (!(await this.users.holdsPassword(transaction, userId, checkedHash))) throw new Problem('wrong_password');
  }

  /** @throws {Problem} temporarily_unavailable when the line is full */
  async hash(password: string): Promise<string> {
    return this.inLine(() => this.hasher.hash(password));
  }

  private check(hash: string | null, password: string): Promise<{ valid: boolean; needsRehash: boolean }> {
    return this.inLine(() => this.hasher.verify(hash, password));
  }

  private async inLine<Result>(job: () => Promise<Result>): Promise<Result> {
    try {
      return await job();
    } catch (error) {
      if (!(error instanceof QueueFull)) throw error;
      throw new Problem('temporarily_unavailable', { headers: { 'Retry-After': String(QUEUE_RETRY_AFTER) } });
    }
  }

  private async upgrade(userId: string, from: string, password: string): Promise<string> {
    const to = await this.hash(password);
    if (await this.unitOfWork.run((transaction) => this.users.upgradeHash(transaction, userId, from, to))) return to;
    // Another sign-in has upgraded it meanwhile, or the password was changed.
    const present = await this.users.passwordHash(userId);
    const { valid } = await this.check(present, password);
    if (!valid || present === null) throw new Problem('invalid_credentials');
    return present;
  }

  private recordFailure(userId: string | null, valid: boolean, origin: RequestOrigin): Promise<void> {
    const reason = userId === null ? 'unknown name' : valid ? 'account may not sign in' : 'wrong password';
    return this.unitOfWork.run((transaction) =>
      this.audit.record(transaction, {
        type: 'sign-in.failed',
        outcome: 'failure',
        userId,
        origin,
        detail: { reason },
      }),
    );
  }
}
