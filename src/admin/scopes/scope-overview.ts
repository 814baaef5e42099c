import { Injectable } from '@nestjs/common';
import { scopesOf } from '../../clients/client';
import { ClientStore } from '../../clients/client.store';
import { type CatalogedScope, ScopeCatalog } from '../../oauth/resource-indicators/scope-catalog';
import type { ScopeView } from './scope.view';

/** How many clients are named with a scope. */
const MOST_CLIENTS = 100;

/** Knows all scopes, and who may ask for them. */
@Injectable()
export class ScopeOverview {
  constructor(
    private readonly catalog: ScopeCatalog,
    private readonly clients: ClientStore,
  ) {}

  /** Every scope that there is; one that several resource servers have stands there for each. */
  async list(): Promise<ScopeView[]> {
    const holders = await this.holders();
    return (await this.catalog.get()).scopes.map((scope) => viewOf(scope, holders.get(scope.name) ?? []));
  }

  /** The ids of the clients by the names of their scopes. */
  private async holders(): Promise<Map<string, string[]>> {
    const found = new Map<string, string[]>();
    for await (const client of this.clients.all()) {
      for (const scope of scopesOf(client)) {
        const ids = found.get(scope);
        if (ids === undefined) found.set(scope, [client.id]);
        else ids.push(client.id);
      }
    }
    return found;
  }
}

function viewOf({ name, description, resource, roles = [] }: CatalogedScope, holders: readonly string[]): ScopeView {
  const clients = [...holders].sort().slice(0, MOST_CLIENTS);
  return { name, description, resource, roles, clients, client_count: holders.length };
}
