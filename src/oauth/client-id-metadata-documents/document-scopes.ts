import { Injectable } from '@nestjs/common';
import { type Client, scopesOf } from '../../clients/client';
import { unadmittedScopes } from '../client-registration/unadmitted-clients';
import { type Catalog, ScopeCatalog } from '../resource-indicators/scope-catalog';

/** Says what clients that nobody has admitted may ask people for. */
@Injectable()
export class DocumentScopes {
  private readonly limited = new WeakMap<Client, { readonly from: Catalog; readonly client: Client }>();
  private readonly unlimitedOf = new WeakMap<Client, Client>();

  constructor(private readonly catalog: ScopeCatalog) {}

  /**
   * A client with the scopes that it may ask for, see {@link unadmittedScopes}.
   */
  async limit(client: Client): Promise<Client> {
    const catalog = await this.catalog.get();
    const known = this.limited.get(client);
    if (known?.from === catalog) return known.client;
    const scope = unadmittedScopes(catalog, scopesOf(client)).join(' ');
    const limited = { ...client, metadata: { ...client.metadata, scope } };
    this.limited.set(client, { from: catalog, client: limited });
    this.unlimitedOf.set(limited, client);
    return limited;
  }

  /** The client as its document describes it. */
  unlimited(client: Client): Client {
    return this.unlimitedOf.get(client) ?? client;
  }
}
