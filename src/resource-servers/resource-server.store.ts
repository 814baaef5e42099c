import { Injectable } from '@nestjs/common';
import { Clock } from '../config/clock';
import { ChangeFeed } from '../database/change-feed';
import { Copies } from '../database/copies';
import { Reader } from '../database/reader';
import type { SqlValue } from '../database/sql-value';
import type { Transaction } from '../database/transaction';
import { type ResourceServer, resourceServerOf, type ResourceServerProperties } from './resource-server';
import type { ResourceServerRow } from './resource-server.entity';

const TOPIC = 'resource-servers';

/** All of them together are one copy: there are few, and scopes are looked for in all. */
const ALL = 'all';

const NONE: ReadonlyMap<string, ResourceServer> = new Map();

interface AllServers {
  readonly byId: ReadonlyMap<string, ResourceServer>;
}

/** The resource servers beside this one; copies are kept in memory and forgotten within a second of a change on any node. */
@Injectable()
export class ResourceServerStore {
  private readonly copies: Copies<AllServers>;

  constructor(
    private readonly reader: Reader,
    private readonly clock: Clock,
    private readonly feed: ChangeFeed,
  ) {
    this.copies = new Copies(feed, TOPIC, () => this.readAll(), 1);
  }

  /** All of them by their ids; a promise only where the database has to be asked. */
  all(): ReadonlyMap<string, ResourceServer> | Promise<ReadonlyMap<string, ResourceServer>> {
    const found = this.copies.find(ALL);
    if (found instanceof Promise) return found.then((servers) => servers?.byId ?? NONE);
    return found?.byId ?? NONE;
  }

  /** The resource server of that id as it is now, inside a unit of work. */
  async read(transaction: Pick<Transaction, 'query'>, id: string): Promise<ResourceServer | null> {
    const [row] = await transaction.query<ResourceServerRow>('SELECT * FROM resource_servers WHERE id = ?', [id]);
    return row === undefined ? null : resourceServerOf(row);
  }

  /** Adds a resource server. @returns false where there is one of that id already */
  async add(transaction: Transaction, id: string, properties: ResourceServerProperties): Promise<boolean> {
    const now = this.clock.now();
    const added = await transaction.change(
      `INSERT INTO resource_servers (id, name, scopes, token_format, access_token_lifetime, introspection_clients, revision, created_at, updated_at)
       VALUES (?, ?, ?, ?, ?, ?, 1, ?, ?) ON CONFLICT (id) DO NOTHING`,
      [id, ...columnsOf(properties), now, now],
    );
    if (added === 1) await this.feed.publish(transaction, TOPIC, ALL);
    return added === 1;
  }

  /**
   * Replaces what a resource server is.
   * @param revision the one that the change was made from
   * @returns false where it is gone, or somebody has changed it meanwhile
   */
  async change(
    transaction: Transaction,
    id: string,
    properties: ResourceServerProperties,
    revision: number,
  ): Promise<boolean> {
    const changed = await transaction.change(
      `UPDATE resource_servers SET name = ?, scopes = ?, token_format = ?, access_token_lifetime = ?, introspection_clients = ?,
       revision = revision + 1, updated_at = ? WHERE id = ? AND revision = ?`,
      [...columnsOf(properties), this.clock.now(), id, revision],
    );
    if (changed === 1) await this.feed.publish(transaction, TOPIC, ALL);
    return changed === 1;
  }

  /**
   * Deletes a resource server: no token is issued for it any more.
   * @param revision the one that this was decided upon
   * @returns false where there is none, or somebody has changed it meanwhile
   */
  async remove(transaction: Transaction, id: string, revision: number): Promise<boolean> {
    const sql = 'DELETE FROM resource_servers WHERE id = ? AND revision = ?';
    const removed = await transaction.change(sql, [id, revision]);
    if (removed === 1) await this.feed.publish(transaction, TOPIC, ALL);
    return removed === 1;
  }

  private async readAll(): Promise<AllServers> {
    const rows = await this.reader.query<ResourceServerRow>('SELECT * FROM resource_servers ORDER BY id');
    return { byId: new Map(rows.map((row) => [row.id, resourceServerOf(row)])) };
  }
}

function columnsOf(properties: ResourceServerProperties): SqlValue[] {
  const { name, scopes, tokenFormat, accessTokenLifetime, introspectionClients } = properties;
  return [name, JSON.stringify(scopes), tokenFormat, accessTokenLifetime, JSON.stringify(introspectionClients)];
}
