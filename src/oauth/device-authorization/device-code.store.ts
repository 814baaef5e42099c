import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock } from '../../config/clock';
import { hmacSha256, sha256 } from '../../crypto/digest';
import { randomId, randomSecret } from '../../crypto/random-id';
import { Reader } from '../../database/reader';
import { Sweeper } from '../../database/sweeper';
import type { Transaction } from '../../database/transaction';
import { ServerSecrets } from '../../encryption/server-secrets';
import { SessionManager, type SessionWithUser } from '../../sessions/session-manager';
import { TokenRevoker, type Withdrawn } from '../../tokens/token-revoker';
import type { Access } from '../resource-indicators/access';
import { outlivesSession } from '../token-endpoint/token-pipeline';
import type { DeviceCode } from './device-code.entity';
import { randomUserCode } from './user-code';

/**
 * How long a device waits for its person, in seconds. No setting: with the limits on wrong codes it is one of the two numbers that make guessing
 * hopeless (see UserCodeEntry), and ten minutes are enough to find the telephone, and to sign in on it.
 */
export const CODE_LIFETIME = 600;

/** How long an expired or used code is known as such, in milliseconds; later it is an unknown one. */
const REMEMBERED_FOR = 3_600_000;

/** RFC 8628 §3.2, §3.5: the least time between two polls at first, and by how much it grows, in seconds. */
export const POLL_INTERVAL = 5;

/** What was sent in time may arrive a little early, since the poll before it was slower on the way; in milliseconds. */
const JITTER = 1_000;

/** How often another user code is tried where one is taken: that a tenth is taken too happens to nobody. */
const MOST_TRIES = 10;

const PREFIX = 'ghd_';

/** What a device has just asked for. */
export interface NewDeviceCode {
  readonly clientId: string;
  readonly access: Access;
  /** From where it asked. */
  readonly address: string;
}

/** The two codes of a request, kept as digests only. */
export interface IssuedCodes {
  readonly deviceCode: string;
  readonly userCode: string;
}

/** What became of a device code that was presented. */
export type PollOutcome =
  | { readonly outcome: 'redeemed'; readonly code: DeviceCode }
  /** The device has redeemed it before. */
  | { readonly outcome: 'replayed'; readonly code: DeviceCode }
  /** The person has not decided yet; or the device has asked again too early. */
  | { readonly outcome: 'pending' | 'too-early' }
  | { readonly outcome: 'refused' | 'expired' }
  /** Never made, made for another client, or forgotten. */
  | { readonly outcome: 'unknown' };

/** Who sees a request on a page: a person, and what their browser is known by. */
export interface Beholder {
  readonly userId: string;
  readonly browser: string;
}

/** Of what ends with a session, the session itself knows how the person had signed in. */
const IN_SESSION = { authenticated_at: null, acr: null, amr: null };

/** Keeps what devices ask for. */
@Injectable()
export class DeviceCodeStore implements OnModuleInit {
  private userCodeKey: Buffer | undefined;

  constructor(
    private readonly reader: Reader,
    private readonly clock: Clock,
    private readonly secrets: ServerSecrets,
    private readonly sessions: SessionManager,
    sweeper: Sweeper,
    revoker: TokenRevoker,
  ) {
    sweeper.register({ table: 'device_codes', primaryKey: 'digest' });
    revoker.whenWithdrawn((...withdrawn) => this.dropUnredeemed(...withdrawn));
  }

  async onModuleInit(): Promise<void> {
    this.userCodeKey = await this.secrets.get('user codes');
  }

  /** Makes the codes for what a device asks for. */
  async add(transaction: Transaction, { clientId, access, address }: NewDeviceCode): Promise<IssuedCodes> {
    const deviceCode = PREFIX + randomSecret().toString('base64url');
    const now = this.clock.now();
    const validUntil = now + CODE_LIFETIME * 1_000;
    for (let attempt = 0; attempt < MOST_TRIES; attempt++) {
      const userCode = randomUserCode();
      const added = await transaction.change(
        `INSERT INTO device_codes (digest, user_code_digest, client_id, scope, audience, address, poll_interval, next_poll_at, lineage, created_at, valid_until, expires_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (user_code_digest) DO NOTHING`,
        [
          ...[
            sha256(deviceCode),
            this.digestOf(userCode),
            clientId,
            access.scopes.join(' '),
            access.audience.join(' '),
          ],
          ...[address, POLL_INTERVAL * 1_000, now, randomId(), now, validUntil, validUntil + REMEMBERED_FOR],
        ],
      );
      if (added === 1) return { deviceCode, userCode };
    }
    throw new Error('No user code is free.');
  }

  /** Uses a device code up if its person has allowed it, whoever comes first; one of another client is left alone. */
  async poll(transaction: Transaction, presented: string, clientId: string): Promise<PollOutcome> {
    const digest = sha256(presented);
    const now = this.clock.now();
    const [code] = await transaction.query<DeviceCode>(
      `UPDATE device_codes SET consumed_at = ? WHERE digest = ? AND client_id = ? AND decision = 'allowed' AND consumed_at IS NULL AND valid_until > ?
       RETURNING *`,
      [now, digest, clientId, now],
    );
    if (code !== undefined) return { outcome: 'redeemed', code };
    const sql = 'SELECT * FROM device_codes WHERE digest = ? AND client_id = ?';
    const [found] = await transaction.query<DeviceCode>(sql, [digest, clientId]);
    if (found === undefined) return { outcome: 'unknown' };
    if (found.consumed_at !== null) return { outcome: 'replayed', code: found };
    if (found.decision === 'refused') return { outcome: 'refused' };
    if (found.valid_until <= now) return { outcome: 'expired' };
    return { outcome: await this.pace(transaction, digest, now) };
  }

  /** The request with that user code, whatever has become of it; null where there is none. */
  async find(userCode: string): Promise<DeviceCode | null> {
    const sql = 'SELECT * FROM device_codes WHERE user_code_digest = ?';
    const [row] = await this.reader.query<DeviceCode>(sql, [this.digestOf(userCode)]);
    return row ?? null;
  }

  /**
   * Reserves an undecided request for the first person who sees it: nobody else can decide on it, but for whoever takes their place in the same
   * browser.
   * @returns the request, or null where it is somebody else's, decided, or expired
   */
  async claim(transaction: Transaction, userCode: string, { userId, browser }: Beholder): Promise<DeviceCode | null> {
    const browserDigest = sha256(browser);
    const [row] = await transaction.query<DeviceCode>(
      `UPDATE device_codes SET user_id = ?, browser = ? WHERE user_code_digest = ? AND decision IS NULL AND valid_until > ?
       AND (user_id IS NULL OR user_id = ? OR browser = ?) RETURNING *`,
      [userId, browserDigest, this.digestOf(userCode), this.clock.now(), userId, browserDigest],
    );
    return row ?? null;
  }

  /** Notes what a person allows, of a request that is reserved for them. @returns false where it is not, is decided, or has expired, or their session has ended */
  async allow(
    transaction: Transaction,
    userCode: string,
    scopes: readonly string[],
    { session, user }: SessionWithUser,
  ): Promise<boolean> {
    // Whoever ends the session meanwhile finds what was allowed in it, even what outlives it (RFC 9700 §4.14.2).
    if (!(await this.sessions.hold(transaction, session.id))) return false;
    // OpenID Connect Core §11: what outlives the session needs to know how the person had signed in.
    const outlives = outlivesSession(scopes);
    const { authenticated_at: authenticatedAt, acr, amr } = outlives ? session : IN_SESSION;
    const now = this.clock.now();
    const changed = await transaction.change(
      `UPDATE device_codes SET decision = 'allowed', scope = ?, session_id = ?, authenticated_at = ?, acr = ?, amr = ?
       WHERE user_code_digest = ? AND user_id = ? AND decision IS NULL AND valid_until > ?`,
      [
        ...[scopes.join(' '), outlives ? null : session.id, authenticatedAt, acr, amr],
        ...[this.digestOf(userCode), user.id, now],
      ],
    );
    return changed === 1;
  }

  /** Notes that a person refuses a request that is reserved for them. @returns false as {@link allow} does */
  async refuse(transaction: Transaction, userCode: string, userId: string): Promise<boolean> {
    const changed = await transaction.change(
      `UPDATE device_codes SET decision = 'refused' WHERE user_code_digest = ? AND user_id = ? AND decision IS NULL AND valid_until > ?`,
      [this.digestOf(userCode), userId, this.clock.now()],
    );
    return changed === 1;
  }

  /** RFC 8628 §3.5: whoever asks too early has its interval raised, for this poll and all that follow. */
  private async pace(transaction: Transaction, digest: string, now: number): Promise<'pending' | 'too-early'> {
    const inTime = await transaction.change(
      'UPDATE device_codes SET next_poll_at = ? + poll_interval WHERE digest = ? AND next_poll_at <= ?',
      [now, digest, now + JITTER],
    );
    if (inTime === 1) return 'pending';
    const raise = POLL_INTERVAL * 1_000;
    await transaction.change(
      'UPDATE device_codes SET poll_interval = poll_interval + ?, next_poll_at = ? + poll_interval WHERE digest = ?',
      [raise, now + raise, digest],
    );
    return 'too-early';
  }

  /** What devices were allowed, and have not come for yet, is there no more. */
  private async dropUnredeemed(transaction: Transaction, { clientId, userId }: Withdrawn): Promise<void> {
    const allowed = `DELETE FROM device_codes WHERE decision = 'allowed' AND consumed_at IS NULL`;
    if (clientId === null) {
      await transaction.change(`${allowed} AND session_id IS NULL AND user_id = ?`, [userId]);
      return;
    }
    const ofPerson = userId === null ? '' : 'AND user_id = ?';
    await transaction.change(`${allowed} AND client_id = ? ${ofPerson}`, [
      clientId,
      ...(userId === null ? [] : [userId]),
    ]);
  }

  private digestOf(userCode: string): string {
    if (this.userCodeKey === undefined) throw new Error('The secret of user codes is not loaded yet.');
    return hmacSha256(this.userCodeKey, userCode).toString('base64url');
  }
}
