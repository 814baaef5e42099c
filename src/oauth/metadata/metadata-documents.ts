import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../../config/settings';
import { type Representation, representationOf } from '../../http/representation';
import { protectedResourceMetadata } from '../../http/resource-metadata';
import { type Catalog, ScopeCatalog } from '../resource-indicators/scope-catalog';
import { MetadataContributions } from './metadata-contributions';

/** The two documents, as bytes. */
interface Documents {
  readonly authorizationServer: Representation;
  readonly protectedResource: Representation;
}

/** Makes the documents in which the server describes itself, once for each change of scopes and resource servers. */
@Injectable()
export class MetadataDocuments {
  private made: { readonly from: Catalog; readonly documents: Documents } | undefined;

  constructor(
    private readonly contributions: MetadataContributions,
    private readonly catalog: ScopeCatalog,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** The documents as they are now; a promise only where the database has to be asked. */
  get(): Documents | Promise<Documents> {
    const catalog = this.catalog.get();
    return catalog instanceof Promise ? catalog.then((found) => this.of(found)) : this.of(catalog);
  }

  private of(catalog: Catalog): Documents {
    if (this.made?.from === catalog) return this.made.documents;
    const documents = {
      authorizationServer: json(this.authorizationServer(catalog)),
      protectedResource: json(this.protectedResource(catalog)),
    };
    this.made = { from: catalog, documents };
    return documents;
  }

  /** RFC 8414 §2. */
  private authorizationServer(catalog: Catalog): object {
    const { issuer, apiDocs } = this.settings;
    return {
      issuer,
      jwks_uri: `${issuer}/jwks.json`,
      ...(apiDocs ? { service_documentation: `${issuer}/docs` } : {}),
      scopes_supported: [...new Set(catalog.scopes.map(({ name }) => name))],
      // RFC 9728 §4
      protected_resources: [this.catalog.ownResource, ...catalog.resourceServers.keys()],
      ...this.contributions.collect('authorization-server', catalog),
    };
  }

  /** RFC 9728 §2, of this server's own API: its scopes are those that the guards' decorators demand. */
  private protectedResource(catalog: Catalog): object {
    const { issuer, serviceName, apiDocs } = this.settings;
    const resource = this.catalog.ownResource;
    const scopes = catalog.scopes.filter((scope) => scope.resource === resource).map(({ name }) => name);
    return {
      ...protectedResourceMetadata({ resource, issuer, scopes, name: serviceName }),
      jwks_uri: `${issuer}/jwks.json`,
      ...(apiDocs ? { resource_documentation: `${issuer}/docs` } : {}),
      ...this.contributions.collect('protected-resource', catalog),
    };
  }
}

function json(document: object): Representation {
  return representationOf(JSON.stringify(document), 'application/json');
}
