import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock } from '../config/clock';
import { SETTINGS, type Settings } from '../config/settings';
import { Follower } from '../database/follower';
import { Reader } from '../database/reader';
import { SequenceTail, type Tail } from '../database/sequence-tail';
import { Sweeper } from '../database/sweeper';
import { TemporarilyUnavailable } from '../protocol/errors';
import type { AccessTokenClaims, TokenOrigin } from './access-token-claims';
import type { Revocation, RevocationKind } from './revocation.entity';
import type { Revocations } from './revocations';

/** Milliseconds between two looks for revocations made by other processes: they hold here within a second. */
const FOLLOW_INTERVAL = 300;

/** After so many milliseconds without a successful look nothing is known any more, and no token is accepted. */
const STALE_AFTER = 10_000;

/**
 * How often all notes are looked through, in milliseconds. Otherwise only the oldest are: they expire in the order in which they came, but for those of
 * nodes whose clocks differ.
 */
const LOOKED_THROUGH_EVERY = 600_000;

/** A revocation as far as checking tokens goes. */
export type RevocationNote = Pick<Revocation, 'kind' | 'subject' | 'revoked_at' | 'expires_at'>;

/** A token by what it ends with, and when the one was signed that is looked at, in seconds: what is revoked after that counts. */
type DatedOrigin = TokenOrigin & Pick<AccessTokenClaims, 'iat'>;

/** How a note names what one person has let one client have. */
export function consentSubject(userId: string, clientId: string): string {
  return `${userId} ${clientId}`;
}

/** What this node knows of revoked access tokens: a look at every request costs no database call. */
@Injectable()
export class RevocationIndex implements OnApplicationBootstrap, Revocations {
  private readonly notes: Record<RevocationKind, Map<string, RevocationNote>> = {
    token: new Map(),
    session: new Map(),
    family: new Map(),
    user: new Map(),
    client: new Map(),
    consent: new Map(),
  };
  private size = 0;
  private lookedThroughAt = Number.NEGATIVE_INFINITY;
  private readonly tail: SequenceTail<Revocation>;

  constructor(
    reader: Reader,
    private readonly follower: Follower,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
    sweeper: Sweeper,
  ) {
    this.tail = new SequenceTail<Revocation>(reader, 'SELECT * FROM revocations WHERE seq > ? ORDER BY seq');
    sweeper.register({ table: 'revocations', primaryKey: 'seq' });
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.follower.start({
      name: 'revocations',
      every: FOLLOW_INTERVAL,
      read: () => this.tail.read(),
      apply: (tail) => this.take(tail),
    });
  }

  /**
   * Tells whether a token was revoked: by itself, with its session, with its family, with its person, or with its client; or one that it was
   * exchanged from, be it that of an actor.
   * @throws {TemporarilyUnavailable} when the database has been away for so long that nobody can know
   */
  isRevoked(claims: AccessTokenClaims): boolean {
    if (this.tail.age > STALE_AFTER) throw new TemporarilyUnavailable('revocations are stale');
    if (this.size === 0) return false;
    return (
      this.isRevokedToken(claims, claims) ||
      claims.exchanged_from?.some((origin) => this.isRevokedToken({ ...origin, iat: claims.iat }, claims)) === true
    );
  }

  /** Takes note of a revocation of this process as soon as it is committed. */
  add(note: RevocationNote): void {
    const notes = this.notes[note.kind];
    const known = notes.get(note.subject);
    if (known === undefined) this.size++;
    else if (known.revoked_at >= note.revoked_at) return;
    // A later note stands behind those that expire before it.
    notes.delete(note.subject);
    notes.set(note.subject, note);
  }

  /** When a note made now may be forgotten: no token signed before it can still be valid. */
  expiry(): number {
    const { accessTokenLifetime, clockTolerance } = this.settings.tokens;
    return this.clock.now() + (accessTokenLifetime + 2 * clockTolerance + 60) * 1_000;
  }

  /** Reads what other processes have revoked now, and forgets what has expired. */
  async refresh(): Promise<void> {
    this.take(await this.tail.read());
  }

  private take(tail: Tail<Revocation>): void {
    for (const row of this.tail.take(tail)) this.add(row);
    this.forgetExpired();
  }

  /** A token, or one that another came of, which says itself only what it does not share with that. */
  private isRevokedToken(token: DatedOrigin, { sub }: AccessTokenClaims): boolean {
    const { session, family } = this.notes;
    return (
      this.isRevokedItself(token, sub) ||
      (token.sid !== undefined && session.has(token.sid)) ||
      (token.family !== undefined && family.has(token.family)) ||
      this.isUserRevoked(token)
    );
  }

  /**
   * A token of a session that the revocation ended is found by its session; the instant decides for the others. `iat` has whole
   * seconds only: a session begun in the second of the revocation lives, a token without a session does not.
   */
  private isUserRevoked({ sub, sid, iat }: DatedOrigin): boolean {
    const note = sub === undefined ? undefined : this.notes.user.get(sub);
    if (note === undefined) return false;
    const second = Math.floor(note.revoked_at / 1_000);
    return sid === undefined ? iat <= second : iat < second;
  }

  /** By its own name; or as what a client was given before it was disabled, deleted, or disconnected by the person, to the second. */
  private isRevokedItself({ jti, client_id: clientId, iat, sub: own }: DatedOrigin, sub: string): boolean {
    const { token, client, consent } = this.notes;
    if (token.has(jti)) return true;
    const notes = [
      client.size === 0 ? undefined : client.get(clientId),
      consent.size === 0 ? undefined : consent.get(consentSubject(own ?? sub, clientId)),
    ];
    return notes.some((note) => note !== undefined && iat <= Math.floor(note.revoked_at / 1_000));
  }

  private forgetExpired(): void {
    if (this.size === 0) return;
    const now = this.clock.now();
    // A clock that was put back is a reason to look, too.
    const isThorough = Math.abs(now - this.lookedThroughAt) >= LOOKED_THROUGH_EVERY;
    if (isThorough) this.lookedThroughAt = now;
    for (const notes of Object.values(this.notes)) {
      for (const [subject, note] of notes) {
        if (note.expires_at < now) {
          notes.delete(subject);
          this.size--;
        } else if (!isThorough) break;
      }
    }
  }
}
