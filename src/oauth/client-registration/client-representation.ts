import type { Client } from '../../clients/client';
import type { ClientMetadata } from '../../clients/client-metadata';

/** A client in the field names of RFC 7591 §3.2.1, without its secrets. */
export type ClientRepresentation = ClientMetadata & {
  readonly client_id: string;
  /** Seconds since 1970. */
  readonly client_id_issued_at: number;
};

/** A client as whoever has registered it is told of it. */
export function representationOfClient({ id, createdAt, metadata }: Client): ClientRepresentation {
  return { client_id: id, client_id_issued_at: Math.floor(createdAt / 1_000), ...metadata };
}
