import { Injectable } from '@nestjs/common';
import type { Catalog } from '../resource-indicators/scope-catalog';

/** Members of a metadata document (RFC 8414 §2, RFC 9728 §2). */
export type MetadataMembers = Readonly<Record<string, unknown>>;

/** What one specification says of itself; asked again when scopes or resource servers have changed. */
export type MetadataContribution = (catalog: Catalog) => MetadataMembers;

/** The documents in which this server describes itself: as an authorization server, and as a resource server. */
export type MetadataDocument = 'authorization-server' | 'protected-resource';

/** Gathers the documents from the specifications that are switched on: what is off says nothing. */
@Injectable()
export class MetadataContributions {
  private readonly contributions: { readonly document: MetadataDocument; readonly of: MetadataContribution }[] = [];

  /** Adds what a specification says of itself. */
  register(contribution: MetadataContribution, document: MetadataDocument = 'authorization-server'): void {
    this.contributions.push({ document, of: contribution });
  }

  /** All members of a document; lists that several speak of are put together. */
  collect(document: MetadataDocument, catalog: Catalog): MetadataMembers {
    const members: Record<string, unknown> = {};
    for (const contribution of this.contributions.filter((each) => each.document === document)) {
      for (const [name, value] of Object.entries(contribution.of(catalog))) {
        const before = members[name];
        members[name] =
          Array.isArray(before) && Array.isArray(value)
            ? [...new Set([...(before as unknown[]), ...(value as unknown[])])]
            : value;
      }
    }
    return members;
  }
}
