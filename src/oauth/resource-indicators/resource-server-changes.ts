import { Injectable } from '@nestjs/common';
import type { AuditEventType, EventOrigin } from '../../audit/audit-event';
import { AuditLog } from '../../audit/audit-log';
import type { Transaction } from '../../database/transaction';
import type { ResourceServer, ResourceServerProperties } from '../../resource-servers/resource-server';
import { ResourceServerStore } from '../../resource-servers/resource-server.store';
import type { LeftAsItIs, Registered, RegistrationChanges, Removed } from '../client-registration/registrations';

/** What can happen to a resource server, inside a unit of work: noted in the audit log. */
@Injectable()
export class ResourceServerChanges implements RegistrationChanges<ResourceServer, ResourceServerProperties> {
  constructor(
    private readonly servers: ResourceServerStore,
    private readonly audit: AuditLog,
  ) {}

  /** Adds a resource server. */
  async add(
    transaction: Transaction,
    id: string,
    properties: ResourceServerProperties,
    by: EventOrigin,
  ): Promise<Registered<ResourceServer>> {
    if (!(await this.servers.add(transaction, id, properties))) return { outcome: 'taken' };
    await this.note(transaction, 'resource-server.registered', id, by);
    return this.done(transaction, id);
  }

  /** Replaces what a resource server is. */
  async change(
    transaction: Transaction,
    id: string,
    properties: ResourceServerProperties,
    revision: number,
    by: EventOrigin,
  ): Promise<Registered<ResourceServer>> {
    if (!(await this.servers.change(transaction, id, properties, revision))) return this.refusal(transaction, id);
    await this.note(transaction, 'resource-server.changed', id, by);
    return this.done(transaction, id);
  }

  /** Removes a resource server. */
  async remove(transaction: Transaction, id: string, revision: number, by: EventOrigin): Promise<Removed> {
    if (!(await this.servers.remove(transaction, id, revision))) return this.refusal(transaction, id);
    await this.note(transaction, 'resource-server.removed', id, by);
    return { outcome: 'removed' };
  }

  private note(
    transaction: Transaction,
    type: Extract<AuditEventType, `resource-server.${string}`>,
    resource: string,
    origin: EventOrigin,
  ): Promise<void> {
    return this.audit.record(transaction, { type, outcome: 'success', origin, detail: { resource } });
  }

  private async refusal(transaction: Transaction, id: string): Promise<LeftAsItIs> {
    return { outcome: (await this.servers.read(transaction, id)) === null ? 'unknown' : 'outdated' };
  }

  private async done(transaction: Transaction, id: string): Promise<Registered<ResourceServer>> {
    const server = await this.servers.read(transaction, id);
    return server === null ? { outcome: 'unknown' } : { outcome: 'done', registered: server };
  }
}
