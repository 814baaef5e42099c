import type { Client } from '../../clients/client';
import { ADMINISTRATOR_FIELDS } from '../../clients/read-client-metadata';

/** Where clients register; their registrations are below it. */
export const REGISTRATION_PATH = '/oauth/register';

/** What a client is told of its registration (RFC 7591 §3.2.1, RFC 7592 §3). */
export interface ClientInformation {
  readonly client_id: string;
  /** Seconds since the epoch. */
  readonly client_id_issued_at: number;
  readonly client_secret?: string;
  /** 0: it does not expire. */
  readonly client_secret_expires_at?: 0;
  /** As it came. */
  readonly software_statement?: string;
  readonly registration_access_token: string;
  readonly registration_client_uri: string;
}

/** What is known of a registration beside the client itself: both are shown to its owner and kept as digests only. */
export interface Credentials {
  /** Where it was just made; nobody can see it again. */
  readonly secret: string | null;
  readonly registrationToken: string;
}

/** What a client is told of its registration: with all that was registered for it, whether it asked for that or not. */
export function clientInformation(
  { id, metadata, createdAt, softwareStatement }: Client,
  { secret, registrationToken }: Credentials,
  issuer: string,
): ClientInformation {
  return {
    ...Object.fromEntries(Object.entries(metadata).filter(([name]) => !DECIDED.includes(name))),
    client_id: id,
    client_id_issued_at: Math.floor(createdAt / 1_000),
    ...(secret === null ? {} : { client_secret: secret, client_secret_expires_at: 0 }),
    // RFC 7591 §3.2.1: returned unmodified.
    ...(softwareStatement === null ? {} : { software_statement: softwareStatement }),
    registration_access_token: registrationToken,
    registration_client_uri: `${issuer}${REGISTRATION_PATH}/${id}`,
  };
}

/** What administrators decide is no part of what a client says of itself, and it cannot send it back. */
const DECIDED: readonly string[] = ADMINISTRATOR_FIELDS;
