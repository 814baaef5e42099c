import { Injectable } from '@nestjs/common';
import type { Catalog } from '../resource-indicators/scope-catalog';

/** Members of the metadata document (RFC 8414 §2). */
export type MetadataMembers = Readonly<Record<string, unknown>>;

/** What one specification says of itself; asked again when scopes or resource servers have changed. */
export type MetadataContribution = (catalog: Catalog) => MetadataMembers;

/** Gathers the document from the specifications that are switched on: what is off says nothing. */
@Injectable()
export class MetadataContributions {
  private readonly contributions: MetadataContribution[] = [];

  /** Adds what a specification says of itself. */
  register(contribution: MetadataContribution): void {
    this.contributions.push(contribution);
  }

  /** All members; lists that several speak of are put together. */
  collect(catalog: Catalog): MetadataMembers {
    const members: Record<string, unknown> = {};
    for (const contribution of this.contributions) {
      for (const [name, value] of Object.entries(contribution(catalog))) {
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
