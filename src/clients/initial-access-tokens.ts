import { Injectable } from '@nestjs/common';
import type { EventOrigin } from '../audit/audit-event';
import { AuditLog } from '../audit/audit-log';
import { Clock } from '../config/clock';
import { sha256 } from '../crypto/digest';
import { randomId, randomSecret } from '../crypto/random-id';
import { Reader } from '../database/reader';
import { Sweeper } from '../database/sweeper';
import type { Transaction } from '../database/transaction';
import { UnitOfWork } from '../database/unit-of-work';
import type { ClientProfile } from './client-metadata';
import type { InitialAccessToken } from './initial-access-token.entity';

const PREFIX = 'ghi_';

/** What a token is to be good for. */
export interface InitialAccess {
  /** For whom it is, in an operator's words. */
  readonly label: string;
  /** How many clients can be registered with it. */
  readonly uses: number;
  /** Seconds. */
  readonly lifetime: number;
  /** The rules that hold for the clients that are registered with it. */
  readonly profile?: ClientProfile;
}

/** A token as operators see it. */
export type KnownInitialAccessToken = Omit<InitialAccessToken, 'digest'>;

/** Makes, uses up and takes back the tokens with which applications register themselves (RFC 7591 §1.2). */
@Injectable()
export class InitialAccessTokens {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly reader: Reader,
    private readonly clock: Clock,
    private readonly audit: AuditLog,
    sweeper: Sweeper,
  ) {
    sweeper.register({ table: 'initial_access_tokens', primaryKey: 'id' });
  }

  /** Makes a token. @returns what operators know it by, and the token itself, of which only the digest is kept */
  async issue(
    { label, uses, lifetime, profile = 'oauth2.1' }: InitialAccess,
    origin: EventOrigin,
  ): Promise<{ readonly known: KnownInitialAccessToken; readonly token: string }> {
    const token = PREFIX + randomSecret().toString('base64url');
    const now = this.clock.now();
    const expiry = now + lifetime * 1_000;
    const known = { id: randomId(), label, profile, uses_left: uses, created_at: now, expires_at: expiry };
    await this.unitOfWork.run(async (transaction) => {
      await transaction.change(
        'INSERT INTO initial_access_tokens (id, digest, label, profile, uses_left, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
        [known.id, sha256(token), label, profile, uses, known.created_at, known.expires_at],
      );
      const detail = { token: known.id, uses, lifetime, profile };
      await this.audit.record(transaction, { type: 'initial-access-token.issued', outcome: 'success', origin, detail });
    });
    return { known, token };
  }

  /** Those that are good for something yet, the oldest first. */
  list(): Promise<KnownInitialAccessToken[]> {
    return this.reader.query<KnownInitialAccessToken>(
      `SELECT id, label, profile, uses_left, created_at, expires_at FROM initial_access_tokens
       WHERE uses_left > 0 AND expires_at > ? ORDER BY created_at, id`,
      [this.clock.now()],
    );
  }

  /** A token that is good for another registration; null for any other text. */
  async find(token: string): Promise<Pick<InitialAccessToken, 'id' | 'profile'> | null> {
    const [row] = await this.reader.query<Pick<InitialAccessToken, 'id' | 'profile'>>(
      'SELECT id, profile FROM initial_access_tokens WHERE digest = ? AND uses_left > 0 AND expires_at > ?',
      [sha256(token), this.clock.now()],
    );
    return row ?? null;
  }

  /** Uses a token once. @returns false where it has no use left, has expired, or was taken back */
  async consume(transaction: Transaction, id: string): Promise<boolean> {
    const sql =
      'UPDATE initial_access_tokens SET uses_left = uses_left - 1 WHERE id = ? AND uses_left > 0 AND expires_at > ?';
    return (await transaction.change(sql, [id, this.clock.now()])) === 1;
  }

  /** Takes a token back; clients that were registered with it stay. @returns false where there is none of that id */
  revoke(id: string, origin: EventOrigin): Promise<boolean> {
    return this.unitOfWork.run(async (transaction) => {
      if ((await transaction.change('DELETE FROM initial_access_tokens WHERE id = ?', [id])) === 0) return false;
      const event = {
        type: 'initial-access-token.revoked',
        outcome: 'success',
        origin,
        detail: { token: id },
      } as const;
      await this.audit.record(transaction, event);
      return true;
    });
  }
}
