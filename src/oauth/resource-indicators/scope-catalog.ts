import { Inject, Injectable } from '@nestjs/common';
import { ScopeRegistry } from '../../auth/scope-registry';
import { SETTINGS, type Settings } from '../../config/settings';
import type { ResourceServer } from '../../resource-servers/resource-server';
import { ResourceServerStore } from '../../resource-servers/resource-server.store';
import { ProtocolScopes } from './protocol-scopes';

/** A scope, whose it is, and who can have it. */
export interface CatalogedScope {
  readonly name: string;
  /** In words that complete "This lets the app …". */
  readonly description: string;
  /** The identifier of the resource server that it belongs to; null for a scope of the protocol. */
  readonly resource: string | null;
  /** Only people with one of these roles can have it; without, everybody can. */
  readonly roles?: readonly string[];
}

/** All scopes and resource servers as they are now. */
export interface Catalog {
  /** Own first, in alphabetical order; where two resource servers have a scope of the same name, it stands for both. */
  readonly scopes: readonly CatalogedScope[];
  readonly resourceServers: ReadonlyMap<string, ResourceServer>;
}

/** Knows every scope and every resource server: this server's own API, those that were registered, and the protocol itself. */
@Injectable()
export class ScopeCatalog {
  /** The identifier of this server's own API. */
  readonly ownResource: string;
  private made: { readonly from: ReadonlyMap<string, ResourceServer>; readonly catalog: Catalog } | undefined;

  constructor(
    private readonly ownScopes: ScopeRegistry,
    private readonly protocolScopes: ProtocolScopes,
    private readonly resourceServers: ResourceServerStore,
    @Inject(SETTINGS) settings: Settings,
  ) {
    this.ownResource = settings.tokens.audience;
  }

  /** The catalog; a promise only where the database has to be asked. */
  get(): Catalog | Promise<Catalog> {
    const servers = this.resourceServers.all();
    return servers instanceof Promise ? servers.then((found) => this.of(found)) : this.of(servers);
  }

  private of(resourceServers: ReadonlyMap<string, ResourceServer>): Catalog {
    if (this.made?.from === resourceServers) return this.made.catalog;
    const catalog = this.with(resourceServers);
    this.made = { from: resourceServers, catalog };
    return catalog;
  }

  /** The catalog as it would be with these resource servers. */
  with(resourceServers: ReadonlyMap<string, ResourceServer>): Catalog {
    const own = this.ownScopes.all().map((scope) => ({ ...scope, resource: this.ownResource }));
    const others = [...resourceServers.values()]
      .filter(({ id }) => id !== this.ownResource)
      .flatMap(({ id, scopes }) => scopes.map((scope) => ({ ...scope, resource: id })));
    const ofProtocol = [...this.protocolScopes.all.values()].map((scope) => ({ ...scope, resource: null }));
    return { scopes: [...own, ...others, ...ofProtocol], resourceServers };
  }
}
