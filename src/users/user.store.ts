import { Injectable } from '@nestjs/common';
import { Clock } from '../config/clock';
import { randomId } from '../crypto/random-id';
import { statementSize } from '../database/batch';
import { isUniqueViolation } from '../database/database-unavailable';
import { Reader } from '../database/reader';
import { GatheredIn } from '../database/gathered-in';
import { RowsByKey } from '../database/rows-by-key';
import { places, rowPlaces, sizedStatement } from '../database/sized-statement';
import type { SqlValue } from '../database/sql-value';
import type { Transaction } from '../database/transaction';
import { foldCase } from './case-folding';
import { canonicalEmail } from './email-address';
import { type ProfileRow, withProfile } from './profile.store';
import type { UserWithProfile } from './standard-claims';
import type { User } from './user.entity';
import { canonicalUsername } from './username';

/** A person to be added; names are given in their canonical forms too, see {@link canonicalUsername} and {@link canonicalEmail}. */
export interface NewUser {
  /** Where it is not to be made up: an account that comes from elsewhere stays the same for those who know it. */
  readonly id?: string | undefined;
  readonly username: { readonly display: string; readonly canonical: string; readonly skeleton: string };
  readonly email: { readonly display: string; readonly canonical: string };
  readonly displayName: string | null;
  readonly roles: readonly string[];
  readonly passwordHash: string;
}

/** What of a person decides on further tokens. */
export type TokenHolder = Pick<User, 'id' | 'roles' | 'disabled_at' | 'locked_at'>;

/** Where a list goes on: after the person of this instant and id, in descending order. */
export interface UserPosition {
  readonly at: number;
  readonly id: string;
}

const BEGINS_SO = "(username_canonical LIKE ? ESCAPE '!' OR email_canonical LIKE ? ESCAPE '!')";

/** By what people sign in. */
type LoginColumn = 'username_canonical' | 'email_canonical';

/** Somebody, and the hash with which their password was found right. */
interface Proven {
  readonly id: string;
  readonly checkedHash: string;
}

const signInStatement = sizedStatement(
  (people) => `UPDATE users SET signed_in_at = ? WHERE disabled_at IS NULL AND locked_at IS NULL
    AND id IN (SELECT user_id FROM password_credentials WHERE (user_id, hash) IN (VALUES ${rowPlaces(people, 2)}))
    RETURNING *, (SELECT hash FROM password_credentials WHERE user_id = users.id) AS hash`,
);

const holdersStatement = sizedStatement(
  (people) => `SELECT id, roles, disabled_at, locked_at FROM users WHERE id IN (${places(people)})`,
);

type SignInRow = User & { readonly hash: string | null };

/** The people, and their passwords. */
@Injectable()
export class UserStore {
  private readonly signInNotes = new GatheredIn<Proven, User | null>((source, proven) => this.noteAll(source, proven));
  private readonly signIns: Readonly<Record<LoginColumn, RowsByKey<SignInRow>>>;

  constructor(
    private readonly reader: Reader,
    private readonly clock: Clock,
  ) {
    const by = (column: LoginColumn) =>
      new RowsByKey<SignInRow>(
        reader,
        `SELECT users.*, password_credentials.hash AS hash FROM users LEFT JOIN password_credentials ON password_credentials.user_id = users.id
         WHERE users.${column} IN KEYS`,
        (row) => [row[column]],
      );
    this.signIns = { username_canonical: by('username_canonical'), email_canonical: by('email_canonical') };
  }

  /** The person of that id (`sub`), or null. */
  async find(id: string, transaction?: Transaction): Promise<User | null> {
    const rows = await (transaction ?? this.reader).query<User>('SELECT * FROM users WHERE id = ?', [id]);
    return rows[0] ?? null;
  }

  /** The person of that user name in its canonical form, or null. */
  async findByUsername(canonical: string, source: Pick<Transaction, 'query'> = this.reader): Promise<User | null> {
    const rows = await source.query<User>('SELECT * FROM users WHERE username_canonical = ?', [canonical]);
    return rows[0] ?? null;
  }

  /**
   * People, newest first, with one more than the limit.
   * @param search what their user name or e-mail address begins with, whatever the case; without it everybody
   */
  async list(limit: number, after: UserPosition | null, search?: string): Promise<User[]> {
    const pattern = search === undefined ? null : beginningOf(search);
    const conditions = [
      ...(after === null ? [] : ['(created_at, id) < (?, ?)']),
      ...(pattern === null ? [] : [BEGINS_SO]),
    ];
    const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
    return this.reader.query(`SELECT * FROM users ${where} ORDER BY created_at DESC, id DESC LIMIT ?`, [
      ...(after === null ? [] : [after.at, after.id]),
      ...(pattern === null ? [] : [pattern, pattern]),
      limit + 1,
    ]);
  }

  /** What decides whether these people may be given further tokens, by their ids. */
  async findForTokens(transaction: Transaction, ids: readonly string[]): Promise<Map<string, TokenHolder>> {
    const first = ids[0];
    if (first === undefined) return new Map();
    const size = statementSize(ids.length);
    const wanted = [...ids, ...Array.from({ length: size - ids.length }, () => first)];
    const rows = await transaction.query<TokenHolder>(holdersStatement(size), wanted);
    return new Map(rows.map((row) => [row.id, row]));
  }

  /** The person who signs in by that user name or e-mail address, and their password's hash; null where there is nobody. */
  async findForSignIn(login: string): Promise<{ user: User; hash: string | null } | null> {
    const key = loginKey(login);
    if (key === null) return null;
    const [row] = await this.signIns[key.column].find(key.value);
    if (row === undefined) return null;
    const { hash, ...user } = row;
    return { user, hash };
  }

  /** Everybody, what is known of them, and the hashes of their passwords, by user name: for whoever takes all of them elsewhere. */
  async all(): Promise<(UserWithProfile & { readonly hash: string | null })[]> {
    const rows = await this.reader.query<ProfileRow & { readonly hash: string | null }>(
      `SELECT users.*, password_credentials.hash AS hash, user_profiles.claims AS claims,
       user_profiles.verified_email AS verified_email, user_profiles.verified_phone AS verified_phone
       FROM users LEFT JOIN password_credentials ON password_credentials.user_id = users.id
       LEFT JOIN user_profiles ON user_profiles.user_id = users.id ORDER BY users.username_canonical`,
    );
    return rows.map((row) => withProfile(row));
  }

  /**
   * Adds a person.
   * @returns the id, or `taken` where somebody has that name or address already; the unique indexes decide, not a look beforehand
   */
  async add(transaction: Transaction, user: NewUser): Promise<{ outcome: 'added'; id: string } | { outcome: 'taken' }> {
    const id = user.id ?? randomId();
    const now = this.clock.now();
    const added = await transaction.change(
      `INSERT INTO users (id, username, username_canonical, username_skeleton, email, email_canonical, display_name, roles, created_at, updated_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
      [
        id,
        user.username.display,
        user.username.canonical,
        user.username.skeleton,
        user.email.display,
        user.email.canonical,
        user.displayName,
        user.roles.join(' '),
        now,
        now,
      ],
    );
    if (added === 0) return { outcome: 'taken' };
    await this.setPasswordHash(transaction, id, user.passwordHash);
    return { outcome: 'added', id };
  }

  /** Changes what a person may change of themselves. */
  async changeProfile(
    transaction: Transaction,
    id: string,
    profile: { displayName?: string | null; email?: { display: string; canonical: string } },
  ): Promise<'changed' | 'taken' | 'unknown'> {
    try {
      const changed = await transaction.change(
        `UPDATE users SET display_name = CASE WHEN ? = 1 THEN ? ELSE display_name END, email = COALESCE(?, email),
         email_canonical = COALESCE(?, email_canonical), updated_at = ? WHERE id = ?`,
        [
          profile.displayName === undefined ? 0 : 1,
          profile.displayName ?? null,
          profile.email?.display ?? null,
          profile.email?.canonical ?? null,
          this.clock.now(),
          id,
        ],
      );
      return changed === 0 ? 'unknown' : 'changed';
    } catch (error) {
      if (isUniqueViolation(error)) return 'taken';
      throw error;
    }
  }

  /** Stores a new password. */
  async setPasswordHash(transaction: Transaction, id: string, hash: string): Promise<void> {
    await lockPassword(transaction, id);
    await transaction.change(
      `INSERT INTO password_credentials (user_id, hash, changed_at) VALUES (?, ?, ?)
       ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash, changed_at = excluded.changed_at`,
      [id, hash, this.clock.now()],
    );
  }

  /**
   * Whether this hash is still the person's; until the unit of work ends, no other one sets a password for them or lets them in by one.
   * @param checkedHash the hash with which their password was found right
   */
  async holdsPassword(transaction: Transaction, id: string, checkedHash: string): Promise<boolean> {
    await lockPassword(transaction, id);
    const sql = 'SELECT 1 AS held FROM password_credentials WHERE user_id = ? AND hash = ?';
    return (await transaction.query(sql, [id, checkedHash])).length > 0;
  }

  /** The hash of a person's password, or null where they have none. */
  async passwordHash(id: string): Promise<string | null> {
    const rows = await this.reader.query<{ hash: string }>('SELECT hash FROM password_credentials WHERE user_id = ?', [
      id,
    ]);
    return rows[0]?.hash ?? null;
  }

  /**
   * Replaces a hash by one of the same password with today's parameters.
   * @returns false where another hash had taken its place meanwhile
   */
  async upgradeHash(transaction: Transaction, id: string, from: string, to: string): Promise<boolean> {
    const sql = 'UPDATE password_credentials SET hash = ? WHERE user_id = ? AND hash = ?';
    return (await transaction.change(sql, [to, id, from])) === 1;
  }

  /**
   * Notes a sign-in on the person's row. The row's lock decides between a sign-in and a disabling at the same moment, the password's
   * lock between a sign-in and a change of password: one of the two sees what the other has done.
   * @returns the person as they are now, whose roles may have changed while the password was checked; null where they may not sign in,
   * or their password is no longer the one that was checked
   */
  async noteSignIn(transaction: Transaction, id: string, checkedHash: string): Promise<User | null> {
    await lockPassword(transaction, id);
    return this.signInNotes.ask(transaction, { id, checkedHash });
  }

  private async noteAll(source: Pick<Transaction, 'query'>, proven: readonly Proven[]): Promise<(User | null)[]> {
    const size = statementSize(proven.length);
    const values: SqlValue[] = proven.flatMap(({ id, checkedHash }) => [id, checkedHash]);
    while (values.length < 2 * size) values.push(null); // which matches nobody
    const rows = await source.query<SignInRow>(signInStatement(size), [this.clock.now(), ...values]);
    // By the hash too: of two who were checked against different ones, only one may go on.
    const noted = new Map(rows.map(({ hash, ...user }) => [`${user.id} ${hash}`, user]));
    return proven.map(({ id, checkedHash }) => noted.get(`${id} ${checkedHash}`) ?? null);
  }

  /** Sets or clears one of the two marks that keep a person out. @returns false where it was so already, or nobody has that id */
  async mark(transaction: Transaction, id: string, mark: 'disabled' | 'locked', set: boolean): Promise<boolean> {
    const column = mark === 'disabled' ? 'disabled_at' : 'locked_at';
    const now = this.clock.now();
    const changed = await transaction.change(
      `UPDATE users SET ${column} = ?, updated_at = ? WHERE id = ? AND ${column} IS ${set ? 'NULL' : 'NOT NULL'}`,
      [set ? now : null, now, id],
    );
    return changed === 1;
  }

  /** Deletes a person, and with them what is theirs. @returns false where nobody has that id */
  async remove(transaction: Transaction, id: string): Promise<boolean> {
    return (await transaction.change('DELETE FROM users WHERE id = ?', [id])) === 1;
  }

  /** Gives a person these roles and no others. */
  async setRoles(transaction: Transaction, id: string, roles: readonly string[]): Promise<boolean> {
    const changed = await transaction.change('UPDATE users SET roles = ?, updated_at = ? WHERE id = ?', [
      roles.join(' '),
      this.clock.now(),
      id,
    ]);
    return changed === 1;
  }

  /** How many people who may sign in have that role. @param except somebody who does not count */
  async countWithRole(role: string, source: Pick<Transaction, 'query'> = this.reader, except = ''): Promise<number> {
    const [row] = await source.query<{ count: number | string }>(
      `SELECT COUNT(*) AS count FROM users
       WHERE disabled_at IS NULL AND locked_at IS NULL AND id <> ? AND (' ' || roles || ' ') LIKE ?`,
      [except, `% ${role} %`],
    );
    return Number(row?.count ?? 0);
  }
}

/** Held by whoever sets a password or lets somebody in by one. */
function lockPassword(transaction: Transaction, id: string): Promise<void> {
  return transaction.lock(`password of ${id}`);
}

/** The pattern of all canonical names that begin with a text. */
function beginningOf(search: string): string {
  const email = canonicalEmail(search);
  const canonical = email.ok ? email.canonical : foldCase(search.normalize('NFKC'));
  return `${canonical.replace(/[!%_]/g, '!$&')}%`;
}

/** User names hold no `@`, e-mail addresses always do: what was typed says which of the two it is. */
function loginKey(login: string): { column: LoginColumn; value: string } | null {
  if (login.includes('@') || login.includes('＠')) {
    const email = canonicalEmail(login);
    return email.ok ? { column: 'email_canonical', value: email.canonical } : null;
  }
  const username = canonicalUsername(login);
  return username.ok ? { column: 'username_canonical', value: username.canonical } : null;
}

/** The form under which attempts to sign in by this text are counted, whether anybody has it or not. */
export function canonicalLogin(login: string): string {
  return loginKey(login)?.value ?? login;
}
