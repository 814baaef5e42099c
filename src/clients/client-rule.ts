import type { ClientMetadata, ClientMetadataName } from './client-metadata';

/** A rule between fields that are good one by one. */
export interface ClientRule {
  /** The field that is to be changed. */
  readonly field: ClientMetadataName;
  /** @returns what has to be changed, as a continuation of the field's name, or null */
  fault(metadata: ClientMetadata): string | null;
}
