import { Injectable } from '@nestjs/common';
import type { RequestOrigin } from '../../audit/audit-event';
import { type Client, mayBeServed } from '../../clients/client';
import { ClientStore } from '../../clients/client.store';
import { Clock } from '../../config/clock';
import type { Transaction } from '../../database/transaction';
import { UnitOfWork } from '../../database/unit-of-work';

/** In milliseconds. */
const DAY = 86_400_000;

/** How long a client that has registered itself is kept, in milliseconds: that has authenticated, and that a person has let have something. */
const KEPT = { asked: 7 * DAY, granted: 90 * DAY };

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
    private readonly unitOfWork: UnitOfWork,
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
    const resolver = this.resolverOf(client.id);
    if (resolver !== undefined) return resolver.keep(transaction, client);
    if (this.isDue(client, KEPT.granted)) await this.prolong(transaction, client, KEPT.granted);
  }

  /** Sees to it that rows can point at a client that has authenticated. @throws {Problem} rate_limited */
  async settle(client: Client, origin: RequestOrigin): Promise<void> {
    const resolver = this.resolverOf(client.id);
    if (resolver !== undefined) return resolver.settle(client, origin);
    if (!this.isDue(client, KEPT.asked)) return;
    await this.unitOfWork.run((transaction) => this.prolong(transaction, client, KEPT.asked));
  }

  /** Whether a client would be forgotten so soon that it is worth to write that it is kept; half of the time serves to write seldom. */
  private isDue({ expiresAt }: Client, period: number): boolean {
    return expiresAt !== null && expiresAt < this.clock.now() + period / 2;
  }

  private prolong(transaction: Transaction, { id }: Client, period: number): Promise<void> {
    return this.clients.prolong(transaction, id, this.clock.now() + period);
  }

  private served(client: Client | null): Client | null {
    if (client === null || !mayBeServed(client)) return null;
    // A row that a kind of clients has left, and which is switched off by now.
    return client.origin === 'document' && this.resolverOf(client.id) === undefined ? null : client;
  }

  private resolverOf(id: string): ClientResolver | undefined {
    return this.resolvers.find((resolver) => resolver.claims(id));
  }
}
