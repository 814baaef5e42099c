import { Injectable } from '@nestjs/common';
import type { Transaction } from '../database/transaction';
import type { Client } from './client';
import type { ClientMetadata } from './client-metadata';
import { ClientStore } from './client.store';

/** A client as its document describes it, before anything is kept of it: its revision is 0. */
export function describedClient(id: string, metadata: ClientMetadata, checkedAt: number): Client {
  return {
    ...{ id, origin: 'document', firstParty: false, metadata, secrets: [], revision: 0 },
    ...{
      createdAt: checkedAt,
      updatedAt: checkedAt,
      disabledAt: null,
      expiresAt: null,
      registrationDigest: null,
      softwareStatement: null,
    },
  };
}

/**
 * Keeps the clients that are known by a document (origin `document`): as copies of what the documents said, so that codes, consents and tokens can
 * point at them. Of these rows `updated_at` is when the document was last looked at.
 */
@Injectable()
export class DescribedClients {
  constructor(private readonly clients: ClientStore) {}

  /**
   * Keeps a client until an instant (epoch milliseconds) at least; one that is kept longer stays so.
   * @returns whether nothing was kept of it before
   */
  async keep(transaction: Transaction, { id, metadata, updatedAt }: Client, until: number): Promise<boolean> {
    const added = await transaction.change(
      `INSERT INTO clients (id, origin, first_party, metadata, revision, created_at, updated_at, expires_at)
       VALUES (?, 'document', 0, ?, 1, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
      [id, JSON.stringify(metadata), updatedAt, updatedAt, until],
    );
    if (added === 1) {
      await this.clients.touch(transaction, id); // nodes may remember that there was none
      return true;
    }
    const sql = `UPDATE clients SET expires_at = ? WHERE id = ? AND origin = 'document' AND expires_at < ?`;
    if ((await transaction.change(sql, [until, id, until])) === 1) await this.clients.touch(transaction, id);
    return false;
  }

  /**
   * Takes over what a document says by now.
   * @param checkedAt when it was looked at, epoch milliseconds
   * @returns false where somebody has taken over something newer, or nothing is kept of the client
   */
  async change(transaction: Transaction, id: string, metadata: ClientMetadata, checkedAt: number): Promise<boolean> {
    const changed = await transaction.change(
      `UPDATE clients SET metadata = ?, revision = revision + 1, updated_at = ?
       WHERE id = ? AND origin = 'document' AND updated_at < ?`,
      [JSON.stringify(metadata), checkedAt, id, checkedAt],
    );
    if (changed === 1) await this.clients.touch(transaction, id);
    return changed === 1;
  }

  /** Notes that a document says what it said before. */
  async confirm(transaction: Transaction, id: string, checkedAt: number): Promise<void> {
    const sql = `UPDATE clients SET updated_at = ? WHERE id = ? AND origin = 'document' AND updated_at < ?`;
    if ((await transaction.change(sql, [checkedAt, id, checkedAt])) === 1) await this.clients.touch(transaction, id);
  }
}
