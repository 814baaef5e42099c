import { Injectable } from '@nestjs/common';
import { Clock } from '../config/clock';
import { randomId } from '../crypto/random-id';
import { ChangeFeed } from '../database/change-feed';
import { Copies } from '../database/copies';
import { Reader } from '../database/reader';
import { Sweeper } from '../database/sweeper';
import type { Transaction } from '../database/transaction';
import { type Client, clientOf, type KnownSecret } from './client';
import type { ClientMetadata } from './client-metadata';
import type { ClientOrigin, ClientRow } from './client.entity';

const TOPIC = 'client';

/** How many clients are read at once where all are wanted. */
const PIECE = 500;

/** Where a list goes on: after the client of this instant and id, in descending order. */
export interface ClientPosition {
  readonly at: number;
  readonly id: string;
}

/** A client to be added. */
export interface NewClient {
  /** Where it is not to be made up. */
  readonly id?: string | undefined;
  readonly origin: ClientOrigin;
  readonly metadata: ClientMetadata;
  /** SHA-256, see RFC 7592 §3. */
  readonly registrationDigest?: string;
  readonly softwareStatement?: string | null;
  readonly expiresAt?: number;
}

/** The clients; copies are kept in memory and forgotten within a second of a change on any node. */
@Injectable()
export class ClientStore {
  private readonly copies: Copies<Client>;

  constructor(
    private readonly reader: Reader,
    private readonly clock: Clock,
    private readonly feed: ChangeFeed,
    sweeper: Sweeper,
  ) {
    this.copies = new Copies(feed, TOPIC, (id) => this.read(id));
    sweeper.register({ table: 'clients', primaryKey: 'id' });
    sweeper.register({ table: 'client_secrets', primaryKey: 'id' });
    // Whoever was kept out would come back as somebody new.
    sweeper.spare('clients', 'disabled_at IS NOT NULL');
  }

  /** The client of that id, disabled or not; a promise only where the database has to be asked. */
  find(id: string): Client | null | Promise<Client | null> {
    return this.copies.find(id);
  }

  /** The client of that id as it is now, inside a unit of work. */
  async read(id: string, source: Pick<Transaction, 'query'> = this.reader): Promise<Client | null> {
    const [row] = await source.query<ClientRow>('SELECT * FROM clients WHERE id = ?', [id]);
    if (row === undefined) return null;
    const sql =
      'SELECT id, digest, sealed, created_at, expires_at FROM client_secrets WHERE client_id = ? ORDER BY created_at, id';
    return clientOf(row, await source.query<KnownSecret>(sql, [id]));
  }

  /** Clients, newest first, with one more than the limit. */
  async list(limit: number, after: ClientPosition | null): Promise<Client[]> {
    const place = after === null ? '' : 'WHERE (created_at, id) < (?, ?)';
    const rows = await this.reader.query<ClientRow>(
      `SELECT * FROM clients ${place} ORDER BY created_at DESC, id DESC LIMIT ?`,
      [...(after === null ? [] : [after.at, after.id]), limit + 1],
    );
    return rows.map((row) => clientOf(row, []));
  }

  /** All clients, newest first, read a piece at a time; without their secrets. */
  async *all(): AsyncGenerator<Client> {
    for (let last: ClientPosition | null = null, more = true; more;) {
      const page: Client[] = await this.list(PIECE, last);
      for (const client of page.slice(0, PIECE)) {
        last = { at: client.createdAt, id: client.id };
        yield client;
      }
      more = page.length > PIECE;
    }
  }

  /** Adds a client. @returns its id, or null where there is one of that id already */
  async add(transaction: Transaction, client: NewClient): Promise<string | null> {
    const id = client.id ?? randomId();
    const now = this.clock.now();
    const added = await transaction.change(
      `INSERT INTO clients (id, origin, first_party, metadata, revision, created_at, updated_at, registration_digest, software_statement, expires_at)
       VALUES (?, ?, 0, ?, 1, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
      [
        id,
        client.origin,
        JSON.stringify(client.metadata),
        now,
        now,
        client.registrationDigest ?? null,
        client.softwareStatement ?? null,
        client.expiresAt ?? null,
      ],
    );
    if (added === 0) return null;
    await this.feed.publish(transaction, TOPIC, id); // nodes may remember that there was none
    return id;
  }

  /** Puts a client of the house in its place. Where somebody else's has its id, that one stays. */
  async putHouse(transaction: Transaction, id: string, metadata: ClientMetadata): Promise<void> {
    const now = this.clock.now();
    const changed = await transaction.change(
      `INSERT INTO clients (id, origin, first_party, metadata, revision, created_at, updated_at)
       VALUES (?, 'house', 1, ?, 1, ?, ?)
       ON CONFLICT (id) DO UPDATE SET metadata = excluded.metadata, revision = clients.revision + 1, updated_at = excluded.updated_at
       WHERE clients.origin = 'house'`,
      [id, JSON.stringify(metadata), now, now],
    );
    if (changed === 1) await this.touch(transaction, id);
  }

  /**
   * Replaces a client's metadata.
   * @param revision the one that the change was made from; without one, whatever is there is replaced
   * @returns false where the client is gone, or somebody has changed it meanwhile
   */
  async change(transaction: Transaction, id: string, metadata: ClientMetadata, revision?: number): Promise<boolean> {
    const changed = await transaction.change(
      'UPDATE clients SET metadata = ?, revision = revision + 1, updated_at = ? WHERE id = ? AND (revision = ? OR ? = 1)',
      [JSON.stringify(metadata), this.clock.now(), id, revision ?? 0, revision === undefined ? 1 : 0],
    );
    if (changed === 1) await this.touch(transaction, id);
    return changed === 1;
  }

  /**
   * Keeps a client out, or lets it in again.
   * @param revision the one that this was decided upon; without one, any
   * @returns false where it was so already, there is none of that id, or somebody has changed it meanwhile
   */
  async disable(transaction: Transaction, id: string, set: boolean, revision?: number): Promise<boolean> {
    const now = this.clock.now();
    const changed = await transaction.change(
      `UPDATE clients SET disabled_at = ?, revision = revision + 1, updated_at = ?
       WHERE id = ? AND disabled_at IS ${set ? 'NULL' : 'NOT NULL'} AND (revision = ? OR ? = 1)`,
      [set ? now : null, now, id, revision ?? 0, revision === undefined ? 1 : 0],
    );
    if (changed === 1) await this.touch(transaction, id);
    return changed === 1;
  }

  /** Keeps a client that is forgotten some day until an instant at least, in epoch milliseconds. */
  async prolong(transaction: Transaction, id: string, until: number): Promise<void> {
    const sql = 'UPDATE clients SET expires_at = ? WHERE id = ? AND expires_at < ?';
    if ((await transaction.change(sql, [until, id, until])) === 1) await this.touch(transaction, id);
  }

  /**
   * Puts another registration access token into the place of one, and the software statement of the change, if it has one, into the place of that from
   * before.
   * @returns false where that token is good no more
   */
  async exchangeRegistrationToken(
    transaction: Transaction,
    id: string,
    digest: string,
    successor: string,
    statement: string | null,
  ): Promise<boolean> {
    const changed = await transaction.change(
      'UPDATE clients SET registration_digest = ?, software_statement = ? WHERE id = ? AND registration_digest = ?',
      [successor, statement, id, digest],
    );
    if (changed === 0) return false;
    await this.touch(transaction, id);
    return true;
  }

  /**
   * Deletes a client, and with it what it was ever given.
   * @param revision the one that this was decided upon; without one, any
   * @returns false where there is none, it is the server's own, or somebody has changed it meanwhile
   */
  async remove(transaction: Transaction, id: string, revision?: number): Promise<boolean> {
    const removed = await transaction.change(
      'DELETE FROM clients WHERE id = ? AND first_party = 0 AND (revision = ? OR ? = 1)',
      [id, revision ?? 0, revision === undefined ? 1 : 0],
    );
    if (removed === 1) await this.touch(transaction, id);
    return removed === 1;
  }

  /** Has every node read this client again: for whoever changes what belongs to it, such as its secrets. */
  touch(transaction: Transaction, id: string): Promise<void> {
    return this.feed.publish(transaction, TOPIC, id);
  }
}
