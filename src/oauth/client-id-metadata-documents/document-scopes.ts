import { Injectable } from '@nestjs/common';
import { type Client, scopesOf } from '../../clients/client';
import { type Catalog, ScopeCatalog } from '../resource-indicators/scope-catalog';
import { ROLES_SCOPE } from '../token-endpoint/token-pipeline';

/** Says what clients that nobody has admitted may ask people for. */
@Injectable()
export class DocumentScopes {
  private readonly limited = new WeakMap<Client, { readonly from: Catalog; readonly client: Client }>();
  private readonly unlimitedOf = new WeakMap<Client, Client>();

  constructor(private readonly catalog: ScopeCatalog) {}

  /**
   * A client with the scopes that it may ask for: those that its document names, or all where it names none (RFC 7591 §2 leaves that to the server);
   * of these, what anybody may have. What needs a role is not for strangers, whoever would let them have it.
   */
  async limit(client: Client): Promise<Client> {
    const catalog = await this.catalog.get();
    const known = this.limited.get(client);
    if (known?.from === catalog) return known.client;
    const named = scopesOf(client);
    const open = catalog.scopes.filter(({ name, roles }) => roles === undefined && name !== ROLES_SCOPE);
    const allowed = open.map(({ name }) => name).filter((name) => named.length === 0 || named.includes(name));
    const metadata = { ...client.metadata, scope: [...new Set(allowed)].join(' ') };
    // Until when a row is kept is the sweeper's affair: the document says whether there is a client.
    const limited = { ...client, metadata, expiresAt: null };
    this.limited.set(client, { from: catalog, client: limited });
    this.unlimitedOf.set(limited, client);
    return limited;
  }

  /** The client as its document describes it. */
  unlimited(client: Client): Client {
    return this.unlimitedOf.get(client) ?? client;
  }
}
