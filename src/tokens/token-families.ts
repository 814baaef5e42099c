import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Clock } from '../config/clock';
import { SETTINGS, type Settings } from '../config/settings';
import { randomId } from '../crypto/random-id';
import { statementPieces } from '../database/batch';
import { Reader } from '../database/reader';
import { Sweeper } from '../database/sweeper';
import type { Transaction } from '../database/transaction';
import { ServerSecrets } from '../encryption/server-secrets';
import { type RefreshToken, RefreshTokenFormat } from './refresh-token';
import { LIVE, REMEMBERED_ROTATIONS, type RotatedRow, type RotationRow, rotationStatement } from './rotation-statement';
import type { TokenFamily } from './token-family.entity';

/** How many families one statement ends at the most. */
const MOST_AT_ONCE = 512;

/** Of how many families this node remembers what never changes. */
const REMEMBERED_FACTS = 20_000;

const FACTS =
  'id, user_id, client_id, session_id, scope, audience, authenticated_at, acr, amr, jkt, rotates, idle, absolute_expires_at';

/** What of a family never changes: what was granted, to whom, and how. */
export type FamilyFacts = Pick<
  TokenFamily,
  | ('id' | 'user_id' | 'client_id' | 'session_id' | 'scope' | 'audience')
  | ('authenticated_at' | 'acr' | 'amr' | 'jkt' | 'rotates' | 'idle' | 'absolute_expires_at')
>;

/** What the holder of the first token of a family is given. */
export interface NewFamily extends Omit<FamilyFacts, 'id' | 'rotates' | 'absolute_expires_at'> {
  readonly rotates: boolean;
  /** How long it is good however often it is used, in milliseconds. */
  readonly absolute: number;
}

/** What became of a refresh token that was presented. */
export type Rotation =
  /** `token` takes the place of the one presented; the same one where the family does not rotate. */
  | { readonly outcome: 'rotated' | 'retried'; readonly token: RefreshToken }
  /** Never made by this server, or made for a family that is gone; expired; revoked. */
  | { readonly outcome: 'unknown' | 'expired' | 'revoked' }
  /** Rotated too long ago: somebody holds a copy. The caller revokes the family (RFC 9700 §4.14.2). */
  | { readonly outcome: 'replayed' };

/** Keeps the token families: starts them, rotates their refresh tokens, and ends them. */
@Injectable()
export class TokenFamilies implements OnModuleInit {
  private refreshTokens: RefreshTokenFormat | undefined;
  private readonly leeway: number;
  private readonly facts = new LRUCache<string, FamilyFacts>({ max: REMEMBERED_FACTS });

  constructor(
    private readonly reader: Reader,
    private readonly clock: Clock,
    private readonly secrets: ServerSecrets,
    @Inject(SETTINGS) settings: Settings,
    sweeper: Sweeper,
  ) {
    this.leeway = settings.tokens.refreshReuseLeeway * 1_000;
    sweeper.register({ table: 'token_families', primaryKey: 'id' });
    // A client that is forgotten takes all that it was given along.
    const live = 'SELECT 1 FROM token_families WHERE client_id = clients.id AND revoked_at IS NULL';
    sweeper.spare('clients', `EXISTS (${live})`);
  }

  async onModuleInit(): Promise<void> {
    this.refreshTokens = new RefreshTokenFormat(await this.secrets.get('refresh tokens'));
  }

  /** Starts a family. @param id where it is named already (128 bits in base64url) @returns its first refresh token */
  async start(transaction: Transaction, family: NewFamily, id = randomId()): Promise<RefreshToken> {
    const token = this.format.first(id);
    const now = this.clock.now();
    const end = now + family.absolute;
    const { idle, rotates } = family;
    transaction.write(
      `INSERT INTO token_families (${FACTS}, current_digest, superseded, created_at, rotated_at, expires_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '', ?, ?, ?)`,
      [
        ...[token.familyId, family.user_id, family.client_id, family.session_id, family.scope, family.audience],
        ...[family.authenticated_at, family.acr, family.amr, family.jkt, rotates ? 1 : 0, idle, end],
        ...[token.digest, now, now, forgottenAt(now, idle, end)],
      ],
    );
    return token;
  }

  /**
   * Takes refresh tokens and answers those in their places, in their order.
   *
   * One conditional update rotates them; whoever comes too late finds nothing to update and is told the live successor within the
   * leeway (it is derived from the token presented, so a lost answer can be asked for again), and is a replay after it.
   */
  async rotateAll(
    transaction: Transaction,
    presented: readonly { readonly token: RefreshToken; readonly family: FamilyFacts }[],
  ): Promise<Rotation[]> {
    const now = this.clock.now();
    const rows = presented.map((one) => ({ ...one, successor: this.format.successorOf(one.token) }));
    const rotated = await this.rotateRows(transaction, rows, now);
    const rotations: Rotation[] = [];
    for (const row of rows) {
      const live = rotated.get(row.token.familyId);
      const successor = row.family.rotates === 1 ? row.successor : row.token;
      if (live?.current_digest === successor.digest) {
        await this.keepRow(transaction, row.family, live, now);
        rotations.push({ outcome: 'rotated', token: successor });
        rotated.delete(row.token.familyId); // of two that presented the same token, one has rotated it
      } else {
        rotations.push(await this.explain(transaction, row.token, now));
      }
    }
    return rotations;
  }

  /** Takes one refresh token, see {@link rotateAll}. */
  async rotate(transaction: Transaction, token: RefreshToken, family: FamilyFacts): Promise<Rotation> {
    const [rotation] = await this.rotateAll(transaction, [{ token, family }]);
    return rotation!;
  }

  /** A text as a refresh token; null where this server has not made it, which costs no look at the database. */
  read(presented: string): RefreshToken | null {
    return this.format.read(presented);
  }

  /** What was granted with a token, without asking whether it is still good; null where its family is gone. */
  async factsOf({ familyId }: RefreshToken): Promise<FamilyFacts | null> {
    const known = this.facts.get(familyId);
    if (known !== undefined) return known;
    const [row] = await this.reader.query<FamilyFacts>(`SELECT ${FACTS} FROM token_families WHERE id = ?`, [familyId]);
    if (row !== undefined) this.facts.set(familyId, row);
    return row ?? null;
  }

  /** The family of a live refresh token, without using the token up; null for any other text. */
  findLive(presented: string): Promise<TokenFamily | null> {
    return this.findWhere(presented, (family, { digest }) => family.current_digest === digest);
  }

  /** The family of a refresh token that a refresh would be answered for: the live one, or one rotated within the leeway. */
  findAnswerable(presented: string): Promise<TokenFamily | null> {
    const since = this.clock.now() - this.leeway;
    return this.findWhere(
      presented,
      (family, { digest }) => family.current_digest === digest || rotatedAt(family, digest) > since,
    );
  }

  /** Whether a family was given to this client and is neither revoked nor expired. */
  async isLive(transaction: Transaction, id: string, clientId: string): Promise<boolean> {
    const sql = `SELECT 1 AS live FROM token_families WHERE id = ? AND client_id = ? AND ${LIVE}`;
    return (await transaction.query(sql, [id, clientId, ...this.live])).length > 0;
  }

  /** Ends families. @returns the ids of those that were live */
  async revoke(
    transaction: Transaction,
    which: { familyId: string } | { sessionIds: readonly string[] },
    reason: string,
  ): Promise<string[]> {
    const [column, values] =
      'familyId' in which ? (['id', [which.familyId]] as const) : (['session_id', which.sessionIds] as const);
    const revoked: string[] = [];
    for (const piece of statementPieces(values, MOST_AT_ONCE)) {
      const places = piece.map(() => '?').join(', ');
      const rows = await transaction.query<{ id: string }>(
        `UPDATE token_families SET revoked_at = ?, revoked_reason = ? WHERE ${column} IN (${places}) AND revoked_at IS NULL RETURNING id`,
        [this.clock.now(), reason, ...piece],
      );
      revoked.push(...rows.map(({ id }) => id));
    }
    return revoked;
  }

  /** Ends what a person has let applications keep beyond every session. @returns the ids of those that were live */
  async revokeOffline(transaction: Transaction, userId: string, reason: string): Promise<string[]> {
    const rows = await transaction.query<{ id: string }>(
      `UPDATE token_families SET revoked_at = ?, revoked_reason = ?
       WHERE user_id = ? AND session_id IS NULL AND revoked_at IS NULL RETURNING id`,
      [this.clock.now(), reason, userId],
    );
    return rows.map(({ id }) => id);
  }

  /**
   * Ends what a client was given.
   * @param userId by whom; null for all that it was ever given
   * @returns the ids of those that were live
   */
  async revokeOfClient(
    transaction: Transaction,
    clientId: string,
    userId: string | null,
    reason: string,
  ): Promise<string[]> {
    const rows = await transaction.query<{ id: string }>(
      `UPDATE token_families SET revoked_at = ?, revoked_reason = ?
       WHERE client_id = ? AND revoked_at IS NULL ${userId === null ? '' : 'AND user_id = ?'} RETURNING id`,
      [this.clock.now(), reason, clientId, ...(userId === null ? [] : [userId])],
    );
    return rows.map(({ id }) => id);
  }

  /** The clients that have live families of a person, and since when. */
  clientsOf(userId: string): Promise<{ readonly client_id: string; readonly since: number }[]> {
    const sql = `SELECT client_id, MIN(created_at) AS since FROM token_families WHERE user_id = ? AND ${LIVE} GROUP BY client_id`;
    return this.reader.query(sql, [userId, ...this.live]);
  }

  /** The parameters of {@link LIVE}. */
  private get live(): [number, number] {
    const now = this.clock.now();
    return [now, now];
  }

  private async findWhere(
    presented: string,
    accepts: (family: TokenFamily, token: RefreshToken) => boolean,
  ): Promise<TokenFamily | null> {
    const token = this.format.read(presented);
    if (token === null) return null;
    const sql = `SELECT * FROM token_families WHERE id = ? AND ${LIVE}`;
    const [family] = await this.reader.query<TokenFamily>(sql, [token.familyId, ...this.live]);
    return family !== undefined && accepts(family, token) ? family : null;
  }

  /** Moves the end of the row of a family in use, seldom enough that a refresh hardly ever touches its index. */
  private async keepRow(transaction: Transaction, facts: FamilyFacts, row: RotatedRow, now: number): Promise<void> {
    const { idle, absolute_expires_at: end } = facts;
    if (row.expires_at >= Math.min(now + idle, end)) return;
    const sql = 'UPDATE token_families SET expires_at = ? WHERE id = ?';
    await transaction.change(sql, [forgottenAt(now, idle, end), row.id]);
  }

  /** @returns the families that were rotated, by their ids */
  private async rotateRows(
    transaction: Transaction,
    rows: readonly RotationRow[],
    now: number,
  ): Promise<Map<string, RotatedRow>> {
    if (rows.length === 0) return new Map();
    const { sql, parameters } = rotationStatement(rows, { now, leeway: this.leeway });
    const families = await transaction.query<RotatedRow>(sql, parameters);
    return new Map(families.map((family) => [family.id, family]));
  }

  /** Why a token could not be rotated. */
  private async explain(transaction: Transaction, token: RefreshToken, now: number): Promise<Rotation> {
    const sql = 'SELECT * FROM token_families WHERE id = ?';
    const [family] = await transaction.query<TokenFamily>(sql, [token.familyId]);
    if (family === undefined) return { outcome: 'unknown' };
    if (family.revoked_at !== null) return { outcome: 'revoked' };
    if (family.absolute_expires_at <= now || family.rotated_at + family.idle <= now) return { outcome: 'expired' };
    if (family.current_digest === token.digest) return { outcome: 'retried', token }; // one that does not rotate, presented twice at once
    if (rotatedAt(family, token.digest) <= now - this.leeway) return { outcome: 'replayed' };
    const live = this.liveSuccessor(family, token);
    return live === null ? { outcome: 'replayed' } : { outcome: 'retried', token: live };
  }

  private liveSuccessor(family: TokenFamily, token: RefreshToken): RefreshToken | null {
    let candidate = token;
    for (let step = 0; step < REMEMBERED_ROTATIONS; step++) {
      candidate = this.format.successorOf(candidate);
      if (candidate.digest === family.current_digest) return candidate;
    }
    return null;
  }

  private get format(): RefreshTokenFormat {
    if (this.refreshTokens === undefined) throw new Error('The refresh-token secret is not loaded yet.');
    return this.refreshTokens;
  }
}

function rotatedAt(family: TokenFamily, digest: string): number {
  const entry = family.superseded.split(';').find((candidate) => candidate.startsWith(`${digest}:`));
  return entry === undefined ? Number.NEGATIVE_INFINITY : Number(entry.slice(digest.length + 1));
}

/** When the row of a family used now may be swept away: late enough that it need not be moved at every use. */
function forgottenAt(now: number, idle: number, absoluteEnd: number): number {
  return Math.min(now + 2 * idle, absoluteEnd);
}
