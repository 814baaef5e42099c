import { Injectable } from '@nestjs/common';
import { Clock } from '../config/clock';
import { Reader } from '../database/reader';
import { RowsByKey } from '../database/rows-by-key';
import type { Transaction } from '../database/transaction';
import {
  isEmailVerified,
  isPhoneVerified,
  type SaidClaims,
  type SaidClaimsChange,
  type UserWithProfile,
} from './standard-claims';
import type { User } from './user.entity';

/** A change of a profile; what is undefined stays. */
export interface ProfileChange {
  readonly claims?: SaidClaimsChange | undefined;
  /** Whether the present e-mail address was found to be the person's. */
  readonly emailVerified?: boolean | undefined;
  /** Likewise the telephone number that they have after this change. */
  readonly phoneVerified?: boolean | undefined;
}

/** A row of `users` with what there is beside it in `user_profiles`. */
export type ProfileRow = User & {
  readonly claims: string | null;
  readonly verified_email: string | null;
  readonly verified_phone: string | null;
};

const FIND = `SELECT users.*, user_profiles.claims AS claims, user_profiles.verified_email AS verified_email,
  user_profiles.verified_phone AS verified_phone
  FROM users LEFT JOIN user_profiles ON user_profiles.user_id = users.id WHERE users.id IN KEYS`;

/** What is known of people beside their accounts. */
@Injectable()
export class ProfileStore {
  private readonly rows: RowsByKey<ProfileRow>;

  constructor(
    reader: Reader,
    private readonly clock: Clock,
  ) {
    this.rows = new RowsByKey(reader, FIND, ({ id }) => [id]);
  }

  /**
   * The person of that id (`sub`) and what is known of them, by one statement; null where there is nobody.
   * @param source the unit of work where there is one
   */
  async find(userId: string, source?: Pick<Transaction, 'query'>): Promise<UserWithProfile | null> {
    const [row] = await (source === undefined ? this.rows.find(userId) : this.rows.findIn(source, userId));
    return row === undefined ? null : withProfile(row);
  }

  /** Changes a profile. What vouched for an address or a number that is not there any more is forgotten. @returns false where there is nobody */
  async change(transaction: Transaction, userId: string, change: ProfileChange): Promise<boolean> {
    // Two changes at the same moment each keep what the other has changed.
    await transaction.lock(`profile of ${userId}`);
    const person = await this.find(userId, transaction);
    if (person === null) return false;
    const said = changed(person.said, change.claims ?? {});
    const isEmail = change.emailVerified ?? isEmailVerified(person);
    const isPhone = change.phoneVerified ?? isPhoneVerified({ said, verified_phone: person.verified_phone });
    const phone = typeof said.phone_number === 'string' ? said.phone_number : null;
    const row = [JSON.stringify(said), isEmail ? person.email_canonical : null, isPhone ? phone : null] as const;
    await this.keep(transaction, userId, row);
    await transaction.change('UPDATE users SET updated_at = ? WHERE id = ?', [this.clock.now(), userId]);
    return true;
  }

  private async keep(
    transaction: Transaction,
    userId: string,
    row: readonly [claims: string, email: string | null, phone: string | null],
  ): Promise<void> {
    if (row[0] === '{}' && row[1] === null) {
      await transaction.change('DELETE FROM user_profiles WHERE user_id = ?', [userId]);
      return;
    }
    await transaction.change(
      `INSERT INTO user_profiles (user_id, claims, verified_email, verified_phone) VALUES (?, ?, ?, ?)
       ON CONFLICT (user_id) DO UPDATE SET claims = excluded.claims, verified_email = excluded.verified_email,
       verified_phone = excluded.verified_phone`,
      [userId, ...row],
    );
  }
}

/** A person and what is known of them, as read from the database. */
export function withProfile<Row extends ProfileRow>({ claims, ...row }: Row): Omit<Row, 'claims'> & UserWithProfile {
  return { ...row, said: claims === null ? {} : (JSON.parse(claims) as SaidClaims) };
}

function changed(said: SaidClaims, change: SaidClaimsChange): SaidClaims {
  const values = Object.entries({ ...said, ...change });
  return Object.fromEntries(values.flatMap(([name, value]) => (value === null ? [] : [[name, value]])));
}
