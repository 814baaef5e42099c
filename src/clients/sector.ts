import type { Client } from './client';

/** What stands for the redirect URIs that lead to the device of a person: everybody's, and so nobody's sector. */
const DEVICE = '';

/**
 * The sector of a client with pairwise subjects (OpenID Connect Core §8.1): clients of the same sector know a person by the same identifier.
 * A client that a document describes is of the sector of the document's host, whatever else it says.
 */
export function sectorOf({ id, origin, metadata }: Pick<Client, 'id' | 'origin' | 'metadata'>): string {
  if (origin === 'document') return new URL(id).host;
  const { sector_identifier_uri: uri, redirect_uris } = metadata;
  if (uri !== undefined) return new URL(uri).host;
  const [host = DEVICE, ...others] = sectorHostsOf(redirect_uris);
  // It was registered otherwise; rather a sector of its own than somebody else's.
  return host === DEVICE || others.length > 0 ? `client ${id}` : host;
}

/** The different hosts of redirect URIs; one name stands for all that are no host on the internet. */
export function sectorHostsOf(redirectUris: readonly string[]): readonly string[] {
  return [...new Set(redirectUris.map((uri) => (uri.startsWith('https:') ? new URL(uri).host : DEVICE)))];
}

/** Whether a host is one that stands for every device. */
export function isSharedSector(host: string): boolean {
  return host === DEVICE;
}
