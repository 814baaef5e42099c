import { Injectable } from '@nestjs/common';
import type { RequestOrigin } from '../../audit/audit-event';
import { type Client, mayBeServed } from '../../clients/client';
import { ClientStore } from '../../clients/client-store';
import { Clock } from '../../config/clock';
import type { Transaction } from '../../database/transaction';

/** Knows a kind of clients that are not registered one by one. */
export interface ClientResolver {
  /** Whether an id is of that kind; then nobody else is asked about it. */
  claims(id: string): boolean;
  /** The client of that id, whether it may be served or not. */
  find(id: string): Promise<Client | null>;
  /** Sees to it that rows can point at the client, since a person has let it have something. */
  keep(transaction: Transaction, client: Client): Promise<void>;
  /** The same since it has authenticated. @throws {Problem} rate_limited where one address brings too many */
  settle(client: Client, origin: RequestOrigin): Promise<void>;
}

/** THE door to the clients for everything that serves them: those that were registered, and those of the kinds that are switched on. */
@Injectable()
export class ClientDirectory {
  private readonly resolvers: ClientResolver[] = [];

  constructor(
    private readonly clients: ClientStore,
    private readonly clock: Clock,
  ) {}

  /** Adds a kind of clients. */
  register(resolver: ClientResolver): void {
    this.resolvers.push(resolver);
  }

  /** The client of that id, if it may be served: a promise only where somebody has to be asked. */
  find(id: string): Client | null | Promise<Client | null> {
    const resolver = this.resolverOf(id);
    const found = resolver === undefined ? this.clients.find(id) : resolver.find(id);
    return found instanceof Promise ? found.then((client) => this.served(client)) : this.served(found);
  }

  /** Sees to it that rows can point at a client that a person lets have something. */
  async keep(transaction: Transaction, client: Client): Promise<void> {
    await this.resolverOf(client.id)?.keep(transaction, client);
  }

  /** Sees to it that rows can point at a client that has authenticated. @throws {Problem} rate_limited */
  async settle(client: Client, origin: RequestOrigin): Promise<void> {
    await this.resolverOf(client.id)?.settle(client, origin);
  }

  private served(client: Client | null): Client | null {
    if (client === null || !mayBeServed(client, this.clock.now())) return null;
    // A row that a kind of clients has left, and which is switched off by now.
    return client.origin === 'document' && this.resolverOf(client.id) === undefined ? null : client;
  }

  private resolverOf(id: string): ClientResolver | undefined {
    return this.resolvers.find((resolver) => resolver.claims(id));
  }
}
