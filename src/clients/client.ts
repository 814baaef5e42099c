import type { GrantTypeName } from '../protocol/grant-types';
import { storedScopes } from '../protocol/scope';
import { type ClientMetadata, METADATA_DEFAULTS } from './client-metadata';
import type { ClientOrigin, ClientRow } from './client.entity';
import type { ClientSecret } from './client-secret.entity';

/** A secret as it is known in memory. */
export type KnownSecret = Pick<ClientSecret, 'id' | 'digest' | 'sealed' | 'created_at' | 'expires_at'>;

/** A registered application (RFC 6749 §2). */
export interface Client {
  readonly id: string;
  readonly origin: ClientOrigin;
  /** The server's own: its people are asked for no consent, and its tokens carry their roles. */
  readonly firstParty: boolean;
  readonly metadata: ClientMetadata;
  readonly secrets: readonly KnownSecret[];
  readonly revision: number;
  /** All instants are epoch milliseconds. */
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly disabledAt: number | null;
  readonly expiresAt: number | null;
  readonly registrationDigest: string | null;
  /** As it came; what it says is in the metadata. */
  readonly softwareStatement: string | null;
}

/** A client as the rest of the house knows it. */
export function clientOf(row: ClientRow, secrets: readonly KnownSecret[]): Client {
  return {
    id: row.id,
    origin: row.origin,
    firstParty: row.first_party === 1,
    // A field that came with a newer version has its default in clients from before.
    metadata: { ...METADATA_DEFAULTS, ...(JSON.parse(row.metadata) as object) } as ClientMetadata,
    secrets,
    revision: row.revision,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    disabledAt: row.disabled_at,
    expiresAt: row.expires_at,
    registrationDigest: row.registration_digest,
    softwareStatement: row.software_statement,
  };
}

/** Whether a client has no credentials (RFC 6749 §2.1). */
export function isPublicClient({ metadata }: Client): boolean {
  return metadata.token_endpoint_auth_method === 'none';
}

/** Whether a client may use a grant (RFC 7591 §2). */
export function mayUseGrant({ metadata }: Client, grant: GrantTypeName): boolean {
  return metadata.grant_types.includes(grant);
}

/** Whether a client may be given tokens at all. One whose time is over is served until it is forgotten: what it holds may be good for longer. */
export function mayBeServed({ disabledAt }: Client): boolean {
  return disabledAt === null;
}

/** The scopes that a client may ask for. */
export function scopesOf({ metadata }: Client): readonly string[] {
  return storedScopes(metadata.scope);
}

/** What people are shown as a client's name. */
export function nameOf({ id, metadata }: Client): string {
  return metadata.client_name ?? id;
}

/** The host that vouches for a client which is known by a document, and for nothing else; null for all others, whom somebody has registered. */
export function hostOf({ id, origin }: Client): string | null {
  return origin === 'document' ? new URL(id).host : null;
}

/** Whether nobody here has admitted a client, so that its name is only what it says of itself (RFC 7591 §5). */
export function isUnchecked({ origin }: Client): boolean {
  return origin === 'dynamic' || origin === 'document';
}

/** A client's name where people cannot be told more: with its host where a document says the name, and with a doubt where nobody has checked it. */
export function labelOf(client: Client): string {
  const host = hostOf(client);
  if (host !== null) return `${client.metadata.client_name ?? 'An application'} (${host})`;
  return isUnchecked(client) ? `${nameOf(client)} (not checked)` : nameOf(client);
}
