import { Injectable } from '@nestjs/common';
import { Clock } from '../config/clock';
import { equalInConstantTime, sha256 } from '../crypto/digest';
import { Envelope } from '../crypto/envelope';
import { randomId, randomSecret } from '../crypto/random-id';
import type { Transaction } from '../database/transaction';
import type { Client, KnownSecret } from './client';
import type { ClientMetadata } from './client-metadata';

/** What a secret is that somebody brings along, in words: it is kept as a plain digest, which one that can be guessed would not bear. */
export const ACCEPTABLE_SECRET = '32 to 256 visible ASCII characters, made at random';

/** Whether a secret that somebody brings along can be taken. */
export function isAcceptableSecret(secret: string): boolean {
  return /^[\x21-\x7e]{32,256}$/.test(secret) && new Set(secret).size >= 10;
}

/** Whether clients that authenticate in this way have a secret. */
export function needsSecret({ token_endpoint_auth_method: method }: ClientMetadata): boolean {
  return method.startsWith('client_secret_');
}

/** A secret that was just made or taken; shown once and kept nowhere in this form. */
export interface NewSecret {
  readonly id: string;
  readonly value: string;
}

/** What is known of a secret where only its digest is, and until when it is good (epoch milliseconds). */
export type KeptSecret = Pick<KnownSecret, 'digest' | 'expires_at'>;

/** Makes, keeps and checks the secrets of clients. */
@Injectable()
export class ClientSecrets {
  constructor(
    private readonly clock: Clock,
    private readonly envelope: Envelope,
  ) {}

  /**
   * Gives a client a secret: one of 256 random bits, or the one that is given. A key is made long enough for every algorithm (RFC 7518 §3.2).
   * @param isKey whether it also has to serve as the key of an HMAC (client_secret_jwt); then it is kept encrypted too
   */
  async add(transaction: Transaction, clientId: string, isKey: boolean, given?: string): Promise<NewSecret> {
    const id = randomId();
    const value = given ?? madeSecret(isKey);
    const sealed = isKey ? this.envelope.seal(purposeOf(id), Buffer.from(value)) : null;
    await transaction.change(
      'INSERT INTO client_secrets (id, client_id, digest, sealed, created_at, expires_at) VALUES (?, ?, ?, ?, ?, NULL)',
      [id, clientId, sha256(value), sealed, this.clock.now()],
    );
    return { id, value };
  }

  /** Gives a client a secret of which only the digest is known: it can be checked, and cannot be the key of an HMAC. */
  async restore(transaction: Transaction, clientId: string, { digest, expires_at }: KeptSecret): Promise<void> {
    await transaction.change(
      'INSERT INTO client_secrets (id, client_id, digest, sealed, created_at, expires_at) VALUES (?, ?, ?, NULL, ?, ?)',
      [randomId(), clientId, digest, this.clock.now(), expires_at],
    );
  }

  /** Sets until when a secret is good; null for as long as its client is there. */
  async setExpiry(transaction: Transaction, clientId: string, id: string, expiresAt: number | null): Promise<void> {
    await transaction.change('UPDATE client_secrets SET expires_at = ? WHERE client_id = ? AND id = ?', [
      expiresAt,
      clientId,
      id,
    ]);
  }

  /** Ends all secrets of a client but one. @param after seconds for which they are good still, if they do not end before anyway */
  async expireOthers(transaction: Transaction, clientId: string, kept: string, after: number): Promise<void> {
    const at = this.clock.now() + after * 1_000;
    await transaction.change(
      'UPDATE client_secrets SET expires_at = ? WHERE client_id = ? AND id <> ? AND (expires_at IS NULL OR expires_at > ?)',
      [at, clientId, kept, at],
    );
  }

  /** Takes one secret away. */
  async remove(transaction: Transaction, clientId: string, id: string): Promise<void> {
    await transaction.change('DELETE FROM client_secrets WHERE client_id = ? AND id = ?', [clientId, id]);
  }

  /** Whether a text is one of the client's secrets; its duration tells nothing of them (TOK-12). */
  matches(client: Client, secret: string): boolean {
    const digest = Buffer.from(sha256(secret));
    // All are compared: which of two it is, or how many there are, is nobody's business.
    return (
      this.live(client.secrets).filter((known) => equalInConstantTime(Buffer.from(known.digest), digest)).length > 0
    );
  }

  /** Whether a client has a secret with which it can authenticate as it is registered. */
  suffice(client: Client): boolean {
    const isKey = client.metadata.token_endpoint_auth_method === 'client_secret_jwt';
    return this.live(client.secrets).some(({ sealed }) => !isKey || sealed !== null);
  }

  /** The secrets that serve as keys. @throws {EnvelopeNotOpened} when they were encrypted with a key that is not among ours */
  keysOf(client: Client): readonly Buffer[] {
    return this.live(client.secrets).flatMap(({ id, sealed }) =>
      sealed === null ? [] : [this.envelope.open(purposeOf(id), sealed)],
    );
  }

  /** Of some secrets, those that are good at this moment. */
  live<Secret extends Pick<KnownSecret, 'expires_at'>>(secrets: readonly Secret[]): readonly Secret[] {
    const now = this.clock.now();
    return secrets.filter(({ expires_at }) => expires_at === null || expires_at > now);
  }
}

function madeSecret(isKey: boolean): string {
  const bytes = isKey ? Buffer.concat([randomSecret(), randomSecret()]) : randomSecret();
  return bytes.toString('base64url');
}

function purposeOf(id: string): string {
  return `client secret ${id}`;
}
