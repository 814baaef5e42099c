import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import { Clock } from '../config/clock';
import { SETTINGS, type Settings } from '../config/settings';
import { randomId } from '../crypto/random-id';
import { statementPieces } from '../database/batch';
import { Reader } from '../database/reader';
import { Sweeper } from '../database/sweeper';
import type { Transaction } from '../database/transaction';
import { ServerSecrets } from '../keys/server-secrets';
import { type RefreshToken, RefreshTokenFormat } from './refresh-token';
import {
  type FamilyFacts,
  LIVE,
  REMEMBERED_ROTATIONS,
  type RotationRow,
  rotationStatement,
} from './rotation-statement';
import type { TokenFamily } from './token-family.entity';

/** How many families one statement ends at the most. */
const MOST_AT_ONCE = 512;

/** Of how many families this node remembers whose they are; that never changes. */
const REMEMBERED_OWNERS = 20_000;

/** What the holder of the first token of a family is given. */
export interface NewFamily {
  readonly userId: string | null;
  readonly clientId: string;
  readonly sessionId: string | null;
  readonly scope: string;
  readonly audience: string;
}

/** To whom a family was given, and in which session; this never changes. */
export type FamilyOwner = Pick<TokenFamily, 'user_id' | 'session_id'>;

/** A refresh token, and the client that presents it. */
export interface Presented {
  readonly token: RefreshToken;
  readonly clientId: string;
}

/** What became of a refresh token that was presented. */
export type Rotation =
  | { readonly outcome: 'rotated' | 'retried'; readonly family: FamilyFacts; readonly token: RefreshToken }
  /** Never made by this server, or made for a family that is gone. */
  | { readonly outcome: 'unknown' }
  | { readonly outcome: 'expired' | 'revoked' | 'other-client'; readonly family: FamilyFacts }
  /** Rotated too long ago: somebody holds a copy. The caller revokes the family (RFC 9700 §4.14.2). */
  | { readonly outcome: 'replayed'; readonly family: FamilyFacts };

/** Keeps the token families: starts them, rotates their refresh tokens, and ends them. */
@Injectable()
export class TokenFamilies implements OnModuleInit {
  private refreshTokens: RefreshTokenFormat | undefined;
  private readonly idle: number;
  private readonly absolute: number;
  private readonly leeway: number;
  private readonly owners = new LRUCache<string, FamilyOwner>({ max: REMEMBERED_OWNERS });

  constructor(
    private readonly reader: Reader,
    private readonly clock: Clock,
    private readonly secrets: ServerSecrets,
    @Inject(SETTINGS) settings: Settings,
    sweeper: Sweeper,
  ) {
    this.idle = settings.tokens.refreshTokenLifetime * 1_000;
    this.absolute = settings.tokens.refreshTokenAbsoluteLifetime * 1_000;
    this.leeway = settings.tokens.refreshReuseLeeway * 1_000;
    sweeper.register({ table: 'token_families', primaryKey: 'id' });
  }

  async onModuleInit(): Promise<void> {
    this.refreshTokens = new RefreshTokenFormat(await this.secrets.get('refresh tokens'));
  }

  /** Starts a family. @returns its id and its first refresh token */
  async start(transaction: Transaction, family: NewFamily): Promise<RefreshToken> {
    const token = this.format.first(randomId());
    const now = this.clock.now();
    await transaction.change(
      `INSERT INTO token_families (id, user_id, client_id, session_id, scope, audience, current_digest, superseded, created_at, rotated_at, absolute_expires_at, expires_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, '', ?, ?, ?, ?)`,
      [
        token.familyId,
        family.userId,
        family.clientId,
        family.sessionId,
        family.scope,
        family.audience,
        token.digest,
        now,
        now,
        now + this.absolute,
        this.forgottenAt(now, now + this.absolute),
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
  async rotateAll(transaction: Transaction, presented: readonly Presented[]): Promise<Rotation[]> {
    const now = this.clock.now();
    const rows = presented.map((one) => ({ ...one, successor: this.format.successorOf(one.token) }));
    const rotated = await this.rotateRows(transaction, rows, now);
    const rotations: Rotation[] = [];
    for (const row of rows) {
      const family = rotated.get(row.successor.digest);
      // Another client may have presented the same token in the same batch, before the one whose it is.
      if (family?.client_id === row.clientId) {
        rotations.push({ outcome: 'rotated', family, token: row.successor });
        rotated.delete(row.successor.digest); // of two that presented the same token, one has rotated it
      } else {
        rotations.push(await this.explain(transaction, row, now));
      }
    }
    return rotations;
  }

  /** Takes the text of one refresh token, see {@link rotateAll}. */
  async rotate(transaction: Transaction, presented: string, clientId: string): Promise<Rotation> {
    const token = this.read(presented);
    if (token === null) return { outcome: 'unknown' };
    const [rotation] = await this.rotateAll(transaction, [{ token, clientId }]);
    return rotation!;
  }

  /** A text as a refresh token; null where this server has not made it, which costs no look at the database. */
  read(presented: string): RefreshToken | null {
    return this.format.read(presented);
  }

  /** Whose token it is, without asking whether it is still good; null where its family is gone. */
  async ownerOf(token: RefreshToken): Promise<FamilyOwner | null> {
    const known = this.owners.get(token.familyId);
    if (known !== undefined) return known;
    const [row] = await this.reader.query<FamilyOwner>('SELECT user_id, session_id FROM token_families WHERE id = ?', [
      token.familyId,
    ]);
    if (row !== undefined) this.owners.set(token.familyId, row);
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
      (family, { digest }) => family.current_digest === digest || this.rotatedAt(family, digest) > since,
    );
  }

  /** Whether a family was given to this client and is neither revoked nor expired. */
  async isLive(transaction: Transaction, id: string, clientId: string): Promise<boolean> {
    const sql = `SELECT 1 AS live FROM token_families WHERE id = ? AND client_id = ? AND ${LIVE}`;
    return (await transaction.query(sql, [id, clientId, ...this.live(this.clock.now())])).length > 0;
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

  /** The parameters of {@link LIVE}. */
  private live(now: number): [number, number] {
    return [now, now - this.idle];
  }

  /** When the row of a family used now may be swept away: late enough that it need not be moved at every use. */
  private forgottenAt(now: number, absoluteEnd: number): number {
    return Math.min(now + 2 * this.idle, absoluteEnd);
  }

  private async keepRow(transaction: Transaction, family: FamilyFacts, now: number): Promise<void> {
    const end = family.absolute_expires_at;
    if (family.expires_at >= Math.min(now + this.idle, end)) return;
    await transaction.change('UPDATE token_families SET expires_at = ? WHERE id = ?', [
      this.forgottenAt(now, end),
      family.id,
    ]);
  }

  /** @returns the families that were rotated, by the digest of the token that is live now */
  private async rotateRows(
    transaction: Transaction,
    rows: readonly RotationRow[],
    now: number,
  ): Promise<Map<string, FamilyFacts>> {
    if (rows.length === 0) return new Map();
    const { sql, parameters } = rotationStatement(rows, { now, idle: this.idle, leeway: this.leeway });
    const families = await transaction.query<FamilyFacts>(sql, parameters);
    for (const family of families) await this.keepRow(transaction, family, now);
    return new Map(families.map((family) => [family.current_digest, family]));
  }

  /** Why a token could not be rotated. */
  private async explain(transaction: Transaction, { token, clientId }: RotationRow, now: number): Promise<Rotation> {
    const [family] = await transaction.query<TokenFamily>('SELECT * FROM token_families WHERE id = ?', [
      token.familyId,
    ]);
    if (family === undefined) return { outcome: 'unknown' };
    if (family.client_id !== clientId) return { outcome: 'other-client', family };
    if (family.revoked_at !== null) return { outcome: 'revoked', family };
    const expired = family.absolute_expires_at <= now || family.rotated_at <= now - this.idle;
    if (expired) return { outcome: 'expired', family };
    if (this.rotatedAt(family, token.digest) <= now - this.leeway) return { outcome: 'replayed', family };
    const live = this.liveSuccessor(family, token);
    return live === null ? { outcome: 'replayed', family } : { outcome: 'retried', family, token: live };
  }

  private async findWhere(
    presented: string,
    accepts: (family: TokenFamily, token: RefreshToken) => boolean,
  ): Promise<TokenFamily | null> {
    const token = this.format.read(presented);
    if (token === null) return null;
    const sql = `SELECT * FROM token_families WHERE id = ? AND ${LIVE}`;
    const [family] = await this.reader.query<TokenFamily>(sql, [token.familyId, ...this.live(this.clock.now())]);
    return family !== undefined && accepts(family, token) ? family : null;
  }

  private rotatedAt(family: TokenFamily, digest: string): number {
    const entry = family.superseded.split(';').find((candidate) => candidate.startsWith(`${digest}:`));
    return entry === undefined ? Number.NEGATIVE_INFINITY : Number(entry.slice(digest.length + 1));
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
