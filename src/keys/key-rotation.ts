import { Inject, Injectable } from '@nestjs/common';
import type { EventOrigin } from '../audit/audit-event';
import { AuditLog } from '../audit/audit-log';
import { Clock } from '../config/clock';
import { SETTINGS, type Settings } from '../config/settings';
import { Envelope } from '../crypto/envelope';
import type { Transaction } from '../database/transaction';
import { Reader } from '../database/reader';
import { UnitOfWork } from '../database/unit-of-work';
import type { SigningKey, SigningKeyState } from './signing-key.entity';
import {
  DEFAULT_ALGORITHM,
  generateSealedKey,
  isEncryptionKey,
  KEY_NAMES,
  type KeyName,
  resealedKey,
  type SealedKey,
} from './signing-key-material';

/** How long clients may keep the key set, in seconds (`Cache-Control: max-age`). */
export const KEY_SET_MAX_AGE = 300;

/** A key is published at least this long before it signs, in milliseconds: longer than any node or client holds an old key set. */
const PUBLISHED_BEFORE_SIGNING = 2 * KEY_SET_MAX_AGE * 1_000;

/** What a call of {@link KeyRotation.rotate} came to. */
export type RotationOutcome =
  | { readonly outcome: 'rotated'; readonly kid: string }
  | { readonly outcome: 'too-soon'; readonly seconds: number }
  | { readonly outcome: 'not-due' };

/** What an operator may know of a key. */
export type KeyDescription = Pick<SigningKey, 'kid' | 'alg' | 'state' | 'created_at' | 'activated_at' | 'expires_at'>;

/** What a call of {@link KeyRotation.rotate} is to do beside moving the keys along. */
export interface RotationOptions {
  /** Whose keys move along; ES256, which signs access tokens, where nobody says. */
  readonly algorithm?: KeyName;
  /** Do nothing while the active key is younger than KEY_ROTATION_INTERVAL. */
  readonly onlyWhenDue?: boolean;
  /** Do not wait until every client can have seen the next key. */
  readonly atOnce?: boolean;
  /** The active key has leaked: at once, and no token that it signed is accepted any more. */
  readonly revoke?: boolean;
  readonly origin?: EventOrigin;
}

/** What a new algorithm begins with. An encryption key needs no announcement: what was encrypted to the one before can still be read. */
const statesAtFirst = (name: KeyName) =>
  isEncryptionKey(name) ? (['active'] as const) : (['active', 'next'] as const);

/** Moves the signing keys along `next → active → retiring → gone`, on one node at a time, so that no token is ever refused for it. */
@Injectable()
export class KeyRotation {
  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly reader: Reader,
    private readonly envelope: Envelope,
    private readonly clock: Clock,
    private readonly audit: AuditLog,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /**
   * Makes the first active key of each algorithm and its successor where they are missing, and encrypts anew what was encrypted with an older
   * key-encryption key.
   * @throws {EnvelopeNotOpened} when a key was encrypted with a key that is not among ours
   */
  async ensureKeys(algorithms: readonly KeyName[]): Promise<void> {
    const rows = await this.reader.query<SigningKey>('SELECT * FROM signing_keys');
    if (rows.some((row) => this.envelope.isOutdated(row.private_jwk_sealed))) await this.resealAll();
    const missing = algorithms.flatMap((alg) =>
      statesAtFirst(alg)
        .filter((state) => !has(rows, alg, state))
        .map((state) => ({ alg, state })),
    );
    if (missing.length === 0) return;
    const candidates: { readonly state: 'active' | 'next'; readonly key: SealedKey }[] = [];
    // One after the other: RSA keys take a while, and the other threads have passwords to hash and a database to serve.
    for (const { alg, state } of missing) candidates.push({ state, key: await generateSealedKey(this.envelope, alg) });
    await this.locked(async (transaction, keys) => {
      for (const { key, state } of candidates) if (!has(keys, key.alg, state)) await this.add(transaction, key, state);
    });
  }

  /** Rotates the keys of each algorithm whose active key is older than KEY_ROTATION_INTERVAL. */
  async rotateWhenDue(): Promise<void> {
    const active = (await this.list()).filter(({ state }) => state === 'active');
    for (const algorithm of KEY_NAMES) {
      const isDue = active.some((key) => key.alg === algorithm && this.clock.now() >= this.dueAt(key));
      if (isDue) await this.rotate({ algorithm, onlyWhenDue: true });
    }
  }

  /** The keys that are there, oldest first. */
  list(): Promise<KeyDescription[]> {
    return this.reader.query<KeyDescription>(
      'SELECT kid, alg, state, created_at, activated_at, expires_at FROM signing_keys ORDER BY created_at, kid',
    );
  }

  /** Lets the next key sign, keeps the present one for verifying, and makes a new next one; of encryption keys, puts a new one into the place of the present. */
  async rotate(options: RotationOptions = {}): Promise<RotationOutcome> {
    const { algorithm = DEFAULT_ALGORITHM } = options;
    const candidate = await generateSealedKey(this.envelope, algorithm);
    return this.locked(async (transaction, all) => {
      const keys = all.filter(({ alg }) => alg === algorithm);
      const now = this.clock.now();
      const active = keys.find(({ state }) => state === 'active');
      const next = isEncryptionKey(algorithm) ? null : keys.find(({ state }) => state === 'next');
      if (active === undefined || next === undefined) return { outcome: 'not-due' };
      if (options.onlyWhenDue === true && now < this.dueAt(active)) return { outcome: 'not-due' };
      const wait = next === null ? 0 : next.created_at + PUBLISHED_BEFORE_SIGNING - now;
      const atOnce = options.atOnce === true || options.revoke === true;
      if (wait > 0 && !atOnce) return { outcome: 'too-soon', seconds: Math.ceil(wait / 1_000) };
      if (options.revoke === true) await transaction.change('DELETE FROM signing_keys WHERE kid = ?', [active.kid]);
      else await this.retire(transaction, active.kid, now + this.longestToken());
      if (next !== null) await this.activate(transaction, next.kid);
      await this.add(transaction, candidate, next === null ? 'active' : 'next');
      const { kid } = next ?? candidate;
      await this.audit.record(transaction, {
        type: 'key.rotated',
        outcome: 'success',
        origin: options.origin,
        detail: { kid, previous: active.kid, algorithm, revoked: options.revoke === true ? 1 : 0 },
      });
      return { outcome: 'rotated', kid };
    });
  }

  /** When a key that signs gives way to the next one, epoch milliseconds. */
  private dueAt(active: Pick<SigningKey, 'created_at' | 'activated_at'>): number {
    return (active.activated_at ?? active.created_at) + this.settings.keys.rotationInterval * 1_000;
  }

  private resealAll(): Promise<void> {
    return this.locked(async (transaction, keys) => {
      for (const key of keys.filter((row) => this.envelope.isOutdated(row.private_jwk_sealed))) {
        await transaction.change('UPDATE signing_keys SET private_jwk_sealed = ? WHERE kid = ?', [
          resealedKey(key, this.envelope),
          key.kid,
        ]);
      }
    });
  }

  private locked<Result>(work: (transaction: Transaction, keys: SigningKey[]) => Promise<Result>): Promise<Result> {
    return this.unitOfWork.run(async (transaction) => {
      await transaction.lock('signing keys');
      return work(transaction, await transaction.query<SigningKey>('SELECT * FROM signing_keys'));
    });
  }

  private add(transaction: Transaction, key: SealedKey, state: 'next' | 'active'): Promise<number> {
    const now = this.clock.now();
    return transaction.change(
      `INSERT INTO signing_keys (kid, alg, state, public_jwk, private_jwk_sealed, created_at, activated_at, expires_at)
       VALUES (?, ?, ?, ?, ?, ?, ?, NULL)`,
      [key.kid, key.alg, state, key.public_jwk, key.private_jwk_sealed, now, state === 'active' ? now : null],
    );
  }

  private activate(transaction: Transaction, kid: string): Promise<number> {
    const sql = `UPDATE signing_keys SET state = 'active', activated_at = ? WHERE kid = ?`;
    return transaction.change(sql, [this.clock.now(), kid]);
  }

  private retire(transaction: Transaction, kid: string, expiresAt: number): Promise<number> {
    return transaction.change(`UPDATE signing_keys SET state = 'retiring', expires_at = ? WHERE kid = ?`, [
      expiresAt,
      kid,
    ]);
  }

  /** Milliseconds after which no token signed now can still be valid, with an hour to spare for nodes that have not noticed yet. */
  private longestToken(): number {
    const { accessTokenLifetime, idTokenLifetime, clockTolerance } = this.settings.tokens;
    return (Math.max(accessTokenLifetime, idTokenLifetime) + clockTolerance + 3_600) * 1_000;
  }
}

function has(keys: readonly SigningKey[], alg: string, state: SigningKeyState): boolean {
  return keys.some((key) => key.alg === alg && key.state === state);
}
