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
  private latest: { readonly from: Catalog; readonly documents: Documents } | undefined;

  constructor(
    private readonly contributions: MetadataContributions,
    private readonly catalog: ScopeCatalog,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** The documents as they are now; a promise only where the database has to be asked. */
  get(): Documents | Promise<Documents> {
    return this.made ?? Promise.resolve(this.catalog.get()).then((found) => this.of(found));
  }

  /** The same, or undefined where the database has to be asked. */
  get made(): Documents | undefined {
    const catalog = this.catalog.get();
    if (!(catalog instanceof Promise)) return this.of(catalog);
    catalog.catch(() => undefined); // told to whoever waits for it
    return undefined;
  }

  private of(catalog: Catalog): Documents {
    if (this.latest?.from === catalog) return this.latest.documents;
    const documents = {
      authorizationServer: json(this.authorizationServer(catalog)),
      protectedResource: json(this.protectedResource(catalog)),
    };
    this.latest = { from: catalog, documents };
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
  return representationOf(Buffer.from(JSON.stringify(document)), 'application/json');
}
