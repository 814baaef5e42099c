import { needsSecret, type KeptSecret } from '../../clients/client-secrets';
import type { ClientMetadata } from '../../clients/client-metadata';
import { type Entry, isFields } from './entries';

/** What the file says of a client's secrets: one as it is, all of them by their digests, or nothing. */
export interface SecretsOfFile {
  readonly plain?: string | undefined;
  readonly digests?: readonly KeptSecret[] | undefined;
}

/** A digest as the export writes it: SHA-256 in base64url. */
const DIGEST = /^[A-Za-z0-9_-]{43}$/;

const DIGEST_RULE = 'digest must be the SHA-256 of a secret in base64url, 43 characters, as the export writes it.';
const INSTANT_RULE = 'expires_at must be an instant such as 2027-01-31T12:00:00.000Z.';

/** Reads what the file says of a client's secrets; what is wrong with it is noted at the entry. */
export function secretsOf(entry: Entry): SecretsOfFile {
  const plain = entry.text('client_secret');
  const list = entry.get('client_secrets');
  if (list === undefined) return { plain };
  if (!Array.isArray(list)) {
    entry.fault('client_secrets must be a list of digests.', 'client_secrets');
    return { plain };
  }
  if (plain !== undefined) {
    entry.fault('client_secrets says what client_secret says too: leave one of them out.', 'client_secrets');
  }
  const digests = (list as unknown[]).flatMap((item, index) => digestOf(entry, item, index));
  const seen = new Set(digests.map(({ digest }) => digest));
  if (seen.size < digests.length) entry.fault('client_secrets must not name a digest twice.', 'client_secrets');
  return { plain, digests };
}

/** Notes secrets of a client that has no use for them. */
export function refuseIdleSecrets(
  entry: Entry,
  metadata: ClientMetadata,
  { plain, digests = [] }: SecretsOfFile,
): void {
  if (needsSecret(metadata) || (plain === undefined && digests.length === 0)) return;
  const field = plain === undefined ? 'client_secrets' : 'client_secret';
  const method = metadata.token_endpoint_auth_method;
  entry.fault(`${field} is nothing that a client with token_endpoint_auth_method ${method} has: leave it out.`, field);
}

/** The secrets of a client as the export writes them. */
export function exportedSecrets(secrets: readonly KeptSecret[]): object[] {
  return secrets.map(({ digest, expires_at: at }) => ({
    digest,
    ...(at === null ? {} : { expires_at: new Date(at).toISOString() }),
  }));
}

function digestOf(entry: Entry, item: unknown, index: number): KeptSecret[] {
  const place = ['client_secrets', index] as const;
  if (!isFields(item)) {
    entry.fault('Here must be a digest, and expires_at where the secret is good for a time.', ...place);
    return [];
  }
  const unknown = Object.keys(item).filter((name) => name !== 'digest' && name !== 'expires_at');
  for (const name of unknown) entry.fault('This field is not known here.', ...place, name);
  const { digest, expires_at: end = null } = item;
  const at = end === null ? null : instantOf(end);
  const isDigest = typeof digest === 'string' && DIGEST.test(digest);
  if (!isDigest) entry.fault(DIGEST_RULE, ...place, 'digest');
  if (at === undefined) entry.fault(INSTANT_RULE, ...place, 'expires_at');
  return isDigest && at !== undefined ? [{ digest, expires_at: at }] : [];
}

function instantOf(value: unknown): number | undefined {
  const isInstant = typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,3})?Z$/.test(value);
  const instant = isInstant ? Date.parse(value) : NaN;
  return Number.isNaN(instant) ? undefined : instant;
}
