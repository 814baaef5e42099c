import { Inject, Injectable } from '@nestjs/common';
import type { RequestOrigin } from '../audit/audit-event';
import { Clock } from '../config/clock';
import { SETTINGS, type Settings } from '../config/settings';
import { equalInConstantTime, sha256 } from '../crypto/digest';
import { randomId, randomSecret } from '../crypto/random-id';
import { statementSize } from '../database/batch';
import { GatheredIn } from '../database/gathered-in';
import { Reader } from '../database/reader';
import { RowsByKey } from '../database/rows-by-key';
import { places, sizedStatement } from '../database/sized-statement';
import type { SqlValue } from '../database/sql-value';
import { Sweeper } from '../database/sweeper';
import type { Transaction } from '../database/transaction';
import { addressBucket } from '../http/client-address';
import type { TokenHolder } from '../users/user.store';
import type { Session } from './session.entity';

/** The longest part of a User-Agent header that is kept. */
const USER_AGENT_LENGTH = 200;

/** How many IPv6 addresses of a person are looked at to find one of the same network. */
const KNOWN_NETWORKS = 200;

/** How many live sessions a person has at the most. */
const MOST_SESSIONS = 100;

/** The end of a session in use is moved when at least this part of its idle time has passed since it was moved last. */
const MOVED_EVERY = 1 / 20;

/** How a person proved who they are. */
export interface Authentication {
  /** Authentication context class reference. */
  readonly acr: string;
  /** Means, in the words of RFC 8176. */
  readonly amr: readonly string[];
}

/** What of a session matters while it lives. */
export type LiveSession = Pick<
  Session,
  'id' | 'authenticated_at' | 'acr' | 'amr' | 'idle' | 'absolute_expires_at' | 'expires_at'
>;

/** The person of a session. */
export type SessionUser = TokenHolder;

/** A live session and its person. */
export interface SessionWithUser {
  readonly session: LiveSession;
  readonly user: SessionUser;
}

/** What has to happen in the unit of work that ends sessions, whatever they end by. @param sessionIds at least one; none of them had ended before */
export type SessionEndStep = (transaction: Transaction, sessionIds: readonly string[]) => void;

/** A session of a browser that has just begun, and what its cookie holds. */
export interface BrowserSession {
  readonly session: Session;
  /** The id and a secret of 256 bits; only the digest of the latter is kept. */
  readonly cookie: string;
}

/** A session that was begun just now, and whose it is. */
interface Begun {
  readonly userId: string;
  readonly begun: string;
}

interface BrowserSessionRow extends SessionRow {
  readonly secret_digest: string | null;
}

interface SessionRow extends SessionUser, Omit<LiveSession, 'id'> {
  readonly session_id: string;
}

const LIVE_ROW = `SELECT users.id, users.roles, users.disabled_at, users.locked_at, sessions.id AS session_id, sessions.authenticated_at,
    sessions.acr, sessions.amr, sessions.idle, sessions.absolute_expires_at, sessions.expires_at`;

const BY_ID = `${LIVE_ROW}, sessions.secret_digest FROM sessions JOIN users ON users.id = sessions.user_id
    WHERE sessions.id IN KEYS AND sessions.ended_at IS NULL`;

const KNOWN = `SELECT column1 AS user_id, column2 AS address FROM KEYS
    WHERE EXISTS (SELECT 1 FROM sessions WHERE sessions.user_id = column1 AND sessions.address = column2)`;

/** Ends what is beyond the most that a person has, for so many persons; what each has begun just now is one of those that stay. */
const surplusStatement = sizedStatement(
  (people) => `UPDATE sessions SET ended_at = ? WHERE id IN (SELECT id FROM (
      SELECT id, row_number() OVER (PARTITION BY user_id ORDER BY created_at DESC, id) AS place FROM sessions
      WHERE user_id IN (${places(people)}) AND id NOT IN (${places(people)}) AND ended_at IS NULL AND expires_at > ?
    ) AS ranked WHERE place >= ${MOST_SESSIONS}) RETURNING id, user_id`,
);

const findLiveStatement = sizedStatement(
  (sessions) => `${LIVE_ROW} FROM sessions JOIN users ON users.id = sessions.user_id
    WHERE sessions.ended_at IS NULL AND sessions.expires_at > ? AND sessions.id IN (${places(sessions)})`,
);

function sessionWithUser({ session_id, ...row }: SessionRow): SessionWithUser {
  const { id, roles, disabled_at, locked_at, ...session } = row;
  return { user: { id, roles, disabled_at, locked_at }, session: { ...session, id: session_id } };
}

/** Begins sessions, keeps them alive and ends them. */
@Injectable()
export class SessionManager {
  private readonly endSteps: SessionEndStep[] = [];
  private readonly surplus = new GatheredIn<Begun, readonly string[], Transaction>((transaction, of) =>
    this.endSurplusOf(transaction, of),
  );
  private readonly browserRows: RowsByKey<BrowserSessionRow>;
  private readonly knownAddresses: RowsByKey<{ readonly user_id: string; readonly address: string }>;

  constructor(
    private readonly clock: Clock,
    private readonly reader: Reader,
    @Inject(SETTINGS) private readonly settings: Settings,
    sweeper: Sweeper,
  ) {
    sweeper.register({ table: 'sessions', primaryKey: 'id' });
    this.browserRows = new RowsByKey(reader, BY_ID, ({ session_id: id }) => [id]);
    this.knownAddresses = new RowsByKey(reader, KNOWN, ({ user_id: userId, address }) => [userId, address]);
  }

  /** Adds what has to happen whenever sessions end; those that nobody uses any more simply expire. */
  whenEnded(step: SessionEndStep): void {
    this.endSteps.push(step);
  }

  /** Begins a session of the first-party API, which lives by its tokens, for a person who has just proved who they are. */
  begin(
    transaction: Transaction,
    userId: string,
    authentication: Authentication,
    origin: RequestOrigin,
  ): Promise<Session> {
    const { refreshTokenLifetime, refreshTokenAbsoluteLifetime } = this.settings.tokens;
    // It always outlives the refresh tokens given in it, which last this long from their last use.
    const lifetimes = { idle: 2 * refreshTokenLifetime, absolute: refreshTokenAbsoluteLifetime };
    return this.add(transaction, userId, authentication, origin, { ...lifetimes, secretDigest: null });
  }

  /** Begins a session of a browser. */
  async beginInBrowser(
    transaction: Transaction,
    userId: string,
    authentication: Authentication,
    origin: RequestOrigin,
  ): Promise<BrowserSession> {
    const secret = randomSecret().toString('base64url');
    const { idle, absolute } = this.settings.sessions;
    const lifetimes = { idle, absolute, secretDigest: sha256(secret) };
    const session = await this.add(transaction, userId, authentication, origin, lifetimes);
    return { session, cookie: cookieOf(session.id, secret) };
  }

  /**
   * Notes that the person of a browser's session has proved once more who they are; its cookie changes (CWE-384).
   * @returns what the cookie holds from now on, or null where the session has ended
   */
  async renewInBrowser(transaction: Transaction, id: string, authentication: Authentication): Promise<string | null> {
    const secret = randomSecret().toString('base64url');
    const now = this.clock.now();
    const changed = await transaction.change(
      `UPDATE sessions SET secret_digest = ?, authenticated_at = ?, acr = ?, amr = ? WHERE id = ? AND ended_at IS NULL AND expires_at > ?`,
      [sha256(secret), now, authentication.acr, authentication.amr.join(' '), id, now],
    );
    return changed === 1 ? cookieOf(id, secret) : null;
  }

  /** The live session whose cookie this is, with its person; null for any other text. */
  async findByCookie(cookie: string): Promise<SessionWithUser | null> {
    const [, id, secret] = /^([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})$/.exec(cookie) ?? [];
    if (id === undefined || secret === undefined) return null;
    const [row] = await this.browserRows.find(id);
    if (row?.secret_digest == null || row.expires_at <= this.clock.now()) return null;
    const { secret_digest: digest, ...rest } = row;
    return equalInConstantTime(Buffer.from(digest), Buffer.from(sha256(secret))) ? sessionWithUser(rest) : null;
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

  /** Whether the end of a session in use is to be moved: seldom enough that a use hardly ever writes. */
  isDueForKeepAlive(session: LiveSession): boolean {
    const { idle, absolute_expires_at: end } = session;
    return session.expires_at < Math.min(this.clock.now() + idle * (1 - MOVED_EVERY), end);
  }

  /** Moves the end of a session in use, where that is due. */
  async keepAlive(transaction: Transaction, session: LiveSession): Promise<void> {
    if (!this.isDueForKeepAlive(session)) return;
    const expiresAt = Math.min(this.clock.now() + session.idle, session.absolute_expires_at);
    await transaction.change('UPDATE sessions SET expires_at = ? WHERE id = ? AND ended_at IS NULL', [
      expiresAt,
      session.id,
    ]);
  }

  /**
   * Sees to it that a session does not end before the unit of work has: whoever is told of it by then is told of its end, too.
   * @returns false where it has ended already
   */
  async hold(transaction: Transaction, id: string): Promise<boolean> {
    // The row is locked on PostgreSQL; SQLite has one writer only.
    const held = 'UPDATE sessions SET ended_at = NULL WHERE id = ? AND ended_at IS NULL';
    return (await transaction.change(held, [id])) === 1;
  }

  /** Ends one session. @returns false where it had ended before */
  async end(transaction: Transaction, id: string): Promise<boolean> {
    const sql = 'UPDATE sessions SET ended_at = ? WHERE id = ? AND ended_at IS NULL RETURNING id';
    return (await this.endBy(transaction, sql, [this.clock.now(), id])).length === 1;
  }

  /**
   * Ends the oldest of a person's sessions where there are more than {@link MOST_SESSIONS}.
   * @param begun the one that was begun just now
   * @returns the ids of those that ended
   */
  endSurplus(transaction: Transaction, userId: string, begun: string): Promise<readonly string[]> {
    return this.surplus.ask(transaction, { userId, begun });
  }

  private async endSurplusOf(transaction: Transaction, of: readonly Begun[]): Promise<string[][]> {
    const now = this.clock.now();
    const size = statementSize(of.length);
    const filler = Array.from({ length: size - of.length }, () => ''); // which is nobody's id
    const ids = [...of.map(({ userId }) => userId), ...filler, ...of.map(({ begun }) => begun), ...filler];
    const ended = await this.endBy<{ id: string; user_id: string }>(transaction, surplusStatement(size), [
      now,
      ...ids,
      now,
    ]);
    return of.map(({ userId }) => ended.filter((session) => session.user_id === userId).map(({ id }) => id));
  }

  /** Ends a person's sessions, all or all but one. @returns the ids of those that were live */
  async endAll(transaction: Transaction, userId: string, except: string | null = null): Promise<string[]> {
    const sql = `UPDATE sessions SET ended_at = ? WHERE user_id = ? AND ended_at IS NULL AND id <> ? RETURNING id`;
    const ended = await this.endBy(transaction, sql, [this.clock.now(), userId, except ?? '']);
    return ended.map(({ id }) => id);
  }

  /**
   * Whether this person has signed in from this address before, in a session that is not yet forgotten. Of IPv6 the network counts
   * (see {@link addressBucket}): privacy extensions (RFC 8981) give the same machine a new address every day.
   */
  async isKnownAddress(userId: string, address: string): Promise<boolean> {
    if ((await this.knownAddresses.find(userId, address)).length > 0) return true;
    if (!address.includes(':')) return false;
    const rows = await this.reader.query<{ address: string }>(
      `SELECT address FROM sessions WHERE user_id = ? AND address LIKE '%:%' GROUP BY address LIMIT ${KNOWN_NETWORKS}`,
      [userId],
    );
    const network = addressBucket(address);
    return rows.some((known) => addressBucket(known.address) === network);
  }

  /** THE place where sessions end. */
  private async endBy<Row extends { readonly id: string }>(
    transaction: Transaction,
    sql: string,
    parameters: readonly SqlValue[],
  ): Promise<Row[]> {
    const rows = await transaction.query<Row>(sql, parameters);
    const ended = rows.map(({ id }) => id);
    if (ended.length > 0) for (const step of this.endSteps) step(transaction, ended);
    return rows;
  }

  private async add(
    transaction: Transaction,
    userId: string,
    authentication: Authentication,
    origin: RequestOrigin,
    life: { readonly idle: number; readonly absolute: number; readonly secretDigest: string | null },
  ): Promise<Session> {
    const now = this.clock.now();
    const end = now + life.absolute * 1_000;
    const columns: Omit<Session, 'ended_at'> = {
      id: randomId(),
      user_id: userId,
      secret_digest: life.secretDigest,
      authenticated_at: now,
      acr: authentication.acr,
      amr: authentication.amr.join(' '),
      address: origin.address,
      user_agent: origin.userAgent?.slice(0, USER_AGENT_LENGTH) ?? null,
      created_at: now,
      idle: life.idle * 1_000,
      absolute_expires_at: end,
      expires_at: Math.min(now + life.idle * 1_000, end),
    };
    transaction.write(
      `INSERT INTO sessions (${Object.keys(columns).join(', ')}) VALUES (${Object.keys(columns)
        .map(() => '?')
        .join(', ')})`,
      Object.values(columns),
    );
    return { ...columns, ended_at: null };
  }
}

function cookieOf(id: string, secret: string): string {
  return `${id}.${secret}`;
}

/** The id of the session that a cookie belongs to, which is no secret. */
export function sessionIdIn(cookie: string): string {
  return cookie.slice(0, cookie.indexOf('.'));
}
