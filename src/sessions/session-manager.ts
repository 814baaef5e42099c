import { Inject, Injectable } from '@nestjs/common';
import type { RequestOrigin } from '../audit/audit-event';
import { Clock } from '../config/clock';
import { SETTINGS, type Settings } from '../config/settings';
import { randomId } from '../crypto/random-id';
import { Reader } from '../database/reader';
import { statementSize } from '../database/batch';
import { Sweeper } from '../database/sweeper';
import type { Transaction } from '../database/transaction';
import { addressBucket } from '../http/client-address';
import type { User } from '../users/user.entity';
import type { Session } from './session.entity';

/** The longest part of a User-Agent header that is kept. */
const USER_AGENT_LENGTH = 200;

/** How many IPv6 addresses of a person are looked at to find one of the same network. */
const KNOWN_NETWORKS = 200;

/** How many live sessions a person has at the most. */
export const MOST_SESSIONS = 100;

/** How a person proved who they are. */
export interface Authentication {
  /** Authentication context class reference. */
  readonly acr: string;
  /** Means, in the words of RFC 8176. */
  readonly amr: readonly string[];
}

/** What of a session matters while it lives. */
export type LiveSession = Pick<Session, 'id' | 'authenticated_at' | 'acr' | 'amr' | 'created_at' | 'expires_at'>;

/** What of a person decides on further tokens. */
export type SessionUser = Pick<User, 'id' | 'roles' | 'disabled_at' | 'locked_at'>;

/** A live session and its person. */
export interface SessionWithUser {
  readonly session: LiveSession;
  readonly user: SessionUser;
}

interface SessionRow extends SessionUser, Omit<LiveSession, 'id'> {
  readonly session_id: string;
}

function findLiveStatement(size: number): string {
  return `SELECT users.id, users.roles, users.disabled_at, users.locked_at, sessions.id AS session_id, sessions.authenticated_at,
    sessions.acr, sessions.amr, sessions.created_at, sessions.expires_at FROM sessions JOIN users ON users.id = sessions.user_id
    WHERE sessions.ended_at IS NULL AND sessions.expires_at > ? AND sessions.id IN (${Array(size).fill('?').join(', ')})`;
}

function sessionWithUser({ session_id, ...row }: SessionRow): SessionWithUser {
  const { id, roles, disabled_at, locked_at, authenticated_at, acr, amr, created_at, expires_at } = row;
  return {
    user: { id, roles, disabled_at, locked_at },
    session: { id: session_id, authenticated_at, acr, amr, created_at, expires_at },
  };
}

/** Begins sessions, keeps them alive and ends them. */
@Injectable()
export class SessionManager {
  private readonly idle: number;
  private readonly absolute: number;

  constructor(
    private readonly clock: Clock,
    private readonly reader: Reader,
    @Inject(SETTINGS) settings: Settings,
    sweeper: Sweeper,
  ) {
    this.idle = settings.tokens.refreshTokenLifetime * 1_000;
    this.absolute = settings.tokens.refreshTokenAbsoluteLifetime * 1_000;
    sweeper.register({ table: 'sessions', primaryKey: 'id' });
  }

  /** Begins a session for a person who has just proved who they are. */
  async begin(
    transaction: Transaction,
    userId: string,
    authentication: Authentication,
    origin: RequestOrigin,
  ): Promise<Session> {
    const now = this.clock.now();
    const session: Session = {
      id: randomId(),
      user_id: userId,
      authenticated_at: now,
      acr: authentication.acr,
      amr: authentication.amr.join(' '),
      address: origin.address,
      user_agent: origin.userAgent?.slice(0, USER_AGENT_LENGTH) ?? null,
      created_at: now,
      ended_at: null,
      expires_at: this.expiry(now, now),
    };
    await transaction.change(
      `INSERT INTO sessions (id, user_id, authenticated_at, acr, amr, address, user_agent, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [session.id, userId, now, session.acr, session.amr, session.address, session.user_agent, now, session.expires_at],
    );
    return session;
  }

  /** The session of that id, if it has neither ended nor expired. */
  async findLive(id: string, source: Pick<Transaction, 'query'> = this.reader): Promise<Session | null> {
    const rows = await source.query<Session>(
      'SELECT * FROM sessions WHERE id = ? AND ended_at IS NULL AND expires_at > ?',
      [id, this.clock.now()],
    );
    return rows[0] ?? null;
  }

  /** Those of the sessions that live, with their persons, in one statement. @returns them by the session's id */
  async findLiveWithUsers(transaction: Transaction, ids: readonly string[]): Promise<Map<string, SessionWithUser>> {
    const first = ids[0];
    if (first === undefined) return new Map();
    const size = statementSize(ids.length);
    const wanted = [...ids, ...Array.from({ length: size - ids.length }, () => first)];
    const rows = await transaction.query<SessionRow>(findLiveStatement(size), [this.clock.now(), ...wanted]);
    return new Map(rows.map((row) => [row.session_id, sessionWithUser(row)]));
  }

  /** Moves the end of a session in use, seldom enough that a refresh hardly ever writes here. */
  async keepAlive(transaction: Transaction, session: Pick<Session, 'id' | 'created_at' | 'expires_at'>): Promise<void> {
    const now = this.clock.now();
    const expiresAt = this.expiry(session.created_at, now);
    // A session always outlives the refresh tokens given in it: they last `idle` from their last use.
    if (session.expires_at >= Math.min(now + this.idle, expiresAt)) return;
    await transaction.change('UPDATE sessions SET expires_at = ? WHERE id = ? AND ended_at IS NULL', [
      expiresAt,
      session.id,
    ]);
  }

  /** Ends one session. @returns false where it had ended before */
  async end(transaction: Transaction, id: string): Promise<boolean> {
    return (
      (await transaction.change('UPDATE sessions SET ended_at = ? WHERE id = ? AND ended_at IS NULL', [
        this.clock.now(),
        id,
      ])) === 1
    );
  }

  /**
   * Ends the oldest of a person's sessions where there are more than {@link MOST_SESSIONS}.
   * @param begun the one that was begun just now
   * @returns the ids of those that ended
   */
  async endSurplus(transaction: Transaction, userId: string, begun: string): Promise<string[]> {
    const now = this.clock.now();
    const rows = await transaction.query<{ id: string }>(
      `UPDATE sessions SET ended_at = ? WHERE id IN (SELECT id FROM sessions WHERE user_id = ? AND id <> ? AND ended_at IS NULL AND expires_at > ?
       ORDER BY created_at DESC, id LIMIT ${MOST_SESSIONS} OFFSET ${MOST_SESSIONS - 1}) RETURNING id`,
      [now, userId, begun, now],
    );
    return rows.map(({ id }) => id);
  }

  /** Ends a person's sessions, all or all but one. @returns the ids of those that were live */
  async endAll(transaction: Transaction, userId: string, except: string | null = null): Promise<string[]> {
    const rows = await transaction.query<{ id: string }>(
      `UPDATE sessions SET ended_at = ? WHERE user_id = ? AND ended_at IS NULL AND id <> ? RETURNING id`,
      [this.clock.now(), userId, except ?? ''],
    );
    return rows.map(({ id }) => id);
  }

  /**
   * Whether this person has signed in from this address before, in a session that is not yet forgotten. Of IPv6 the network counts
   * (see {@link addressBucket}): privacy extensions (RFC 8981) give the same machine a new address every day.
   */
  async isKnownAddress(userId: string, address: string): Promise<boolean> {
    const exact = await this.reader.query('SELECT 1 AS known FROM sessions WHERE user_id = ? AND address = ? LIMIT 1', [
      userId,
      address,
    ]);
    if (exact.length > 0) return true;
    if (!address.includes(':')) return false;
    const rows = await this.reader.query<{ address: string }>(
      `SELECT address FROM sessions WHERE user_id = ? AND address LIKE '%:%' GROUP BY address LIMIT ${KNOWN_NETWORKS}`,
      [userId],
    );
    const network = addressBucket(address);
    return rows.some((known) => addressBucket(known.address) === network);
  }

  private expiry(createdAt: number, usedAt: number): number {
    return Math.min(usedAt + 2 * this.idle, createdAt + this.absolute);
  }
}
