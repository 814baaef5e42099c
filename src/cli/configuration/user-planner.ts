import { Injectable } from '@nestjs/common';
import { AccountChanges, type AccountMark } from '../../auth/account-changes';
import { PasswordHasher } from '../../crypto/password-hash';
import type { Transaction } from '../../database/transaction';
import { isEmailVerified, isPhoneVerified, type UserWithProfile } from '../../users/standard-claims';
import { rolesOf } from '../../users/user.entity';
import type { ProfileChange } from '../../users/profile.store';
import { COMMAND_LINE } from '../command-line-origin';
import { type Change, differences, type FieldChange, type Made } from './change';
import type { WantedUser } from './user-reading';

/** A person as they are, and the hash of their password. */
export type KnownUser = UserWithProfile & { readonly hash: string | null };

const LAST = 'This is the last administrator: make another one first, or in the same file.';
const TAKEN = 'Somebody has this user name or e-mail address already.';
const PASSWORD_NEEDED = 'password or password_hash is needed for somebody new.';

/** Finds out what has to be done to an account. */
@Injectable()
export class UserPlanner {
  constructor(
    private readonly changes: AccountChanges,
    private readonly passwords: PasswordHasher,
  ) {}

  /** What makes an account the one that is wanted: nothing, or one change. Passwords are hashed here, before anything is locked. */
  async changeTo(wanted: WantedUser, present: KnownUser | null): Promise<Change[]> {
    const { entry, username } = wanted;
    const about = { kind: 'user', name: username.display, place: entry.place } as const;
    const hash = await this.newHash(wanted, present);
    if (present === null) {
      if (hash === null) entry.fault(PASSWORD_NEEDED, 'password');
      const passwordHash = hash ?? '';
      const make: Change['make'] = (transaction) => this.add(transaction, { ...wanted, passwordHash });
      return [{ ...about, action: 'add', fields: [], make }];
    }
    const profile = profileChanges(wanted, present);
    const roles = differences({ roles: rolesOf(present).sort() }, { roles: [...wanted.roles].sort() });
    const marks = [...markOf('disabled', wanted, present), ...markOf('locked', wanted, present)];
    const password: FieldChange[] = hash === null ? [] : [{ name: 'password' }];
    const fields = [...profile, ...roles, ...marks, ...password];
    if (fields.length === 0) return [];
    const steps = { profile: profile.length > 0, roles: roles.length > 0, marks, hash };
    const make: Change['make'] = (transaction) => this.change(transaction, present.id, wanted, steps);
    return [{ ...about, action: 'change', fields, make }];
  }

  /** What takes an account away that the file does not name. */
  removalOf({ id, username }: KnownUser): Change {
    const make: Change['make'] = async (transaction) => {
      const removed = await this.changes.remove(transaction, id, COMMAND_LINE);
      return removed === 'last-administrator' ? { refusal: LAST } : {};
    };
    return { action: 'remove', kind: 'user', name: username, fields: [], place: [], make };
  }

  private async add(transaction: Transaction, wanted: WantedUser & { readonly passwordHash: string }): Promise<Made> {
    const id = await this.changes.add(transaction, wanted, COMMAND_LINE);
    if (id === null) return { refusal: TAKEN };
    await this.changes.describe(transaction, id, profileOf(wanted));
    for (const mark of ['disabled', 'locked'] as const) {
      if (wanted[mark] !== true) continue;
      const marked = await this.changes.mark(transaction, id, mark, true, COMMAND_LINE);
      if (marked === 'last-administrator') return { refusal: LAST };
    }
    return {};
  }

  private async change(
    transaction: Transaction,
    id: string,
    wanted: WantedUser,
    { profile, roles, marks, hash }: Steps,
  ): Promise<Made> {
    if (profile) {
      const { displayName, email } = wanted;
      const change = { displayName, email, ...profileOf(wanted) };
      const changed = await this.changes.changeProfile(transaction, id, change, COMMAND_LINE);
      if (changed === 'taken') return { refusal: TAKEN };
    }
    // Who is let in comes before what they are, and who is kept out after it: the last administrator is told by both.
    const outcomes = [];
    for (const { name, after } of marks.filter((mark) => mark.after === false)) {
      outcomes.push(await this.changes.mark(transaction, id, name as AccountMark, after === true, COMMAND_LINE));
    }
    if (roles) outcomes.push(await this.changes.setRoles(transaction, id, wanted.roles, COMMAND_LINE));
    for (const { name } of marks.filter((mark) => mark.after === true)) {
      outcomes.push(await this.changes.mark(transaction, id, name as AccountMark, true, COMMAND_LINE));
    }
    if (hash !== null) await this.changes.setPasswordHash(transaction, id, hash, null, COMMAND_LINE);
    return outcomes.includes('last-administrator') ? { refusal: LAST } : {};
  }

  /** The hash to be stored; null where the one that there is will do. */
  private async newHash({ password, passwordHash }: WantedUser, present: KnownUser | null): Promise<string | null> {
    if (passwordHash !== undefined) return passwordHash === present?.hash ? null : passwordHash;
    if (password === undefined) return null;
    const isRight = present !== null && (await this.passwords.verify(present.hash, password)).valid;
    return isRight ? null : this.passwords.hash(password);
  }
}

interface Steps {
  readonly profile: boolean;
  readonly roles: boolean;
  readonly marks: readonly FieldChange[];
  readonly hash: string | null;
}

function profileOf({ claims, emailVerified, phoneVerified }: WantedUser): ProfileChange {
  return { claims, emailVerified, phoneVerified };
}

function profileChanges(wanted: WantedUser, present: KnownUser): FieldChange[] {
  const { claims, emailVerified, phoneVerified } = wanted;
  return [
    ...differences(
      { name: present.display_name, email: present.email, ...present.said },
      { name: wanted.displayName, email: wanted.email.display, ...claims },
    ),
    ...(emailVerified === undefined
      ? []
      : differences({ email_verified: isEmailVerified(present) }, { email_verified: emailVerified })),
    ...(phoneVerified === undefined
      ? []
      : differences({ phone_number_verified: isPhoneVerified(present) }, { phone_number_verified: phoneVerified })),
  ];
}

function markOf(mark: AccountMark, wanted: WantedUser, present: KnownUser): FieldChange[] {
  const after = wanted[mark];
  const before = present[mark === 'disabled' ? 'disabled_at' : 'locked_at'] !== null;
  return after === undefined ? [] : differences({ [mark]: before }, { [mark]: after });
}
