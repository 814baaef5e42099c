import type { ClientMetadata } from '../../clients/client-metadata';
import { readClientMetadata } from '../../clients/read-client-metadata';
import type { DocumentReading, FetchedDocument } from '../../outbound/document-source';
import { isLoopbackRedirect, isNativeRedirect, redirectTarget } from '../../protocol/redirect-uri';
import { UNADMITTED_GRANTS } from '../client-registration/unadmitted-clients';

/** What a document says of the client. */
export interface ClientDocument {
  readonly metadata: ClientMetadata;
}

type Members = Readonly<Record<string, unknown>>;

/** Members of a secret that two would have to share, and whoever reads the document would be the third (draft §4.1). */
const SECRETS = ['client_secret', 'client_secret_expires_at'];

/** Where people are sent back to. */
const RETURNS = ['redirect_uris', 'post_logout_redirect_uris'];

/**
 * Where people are led, as to the host that they were shown, and what this server calls by itself: else a stranger could have it, and the browsers of
 * people, call whomever they like (SES-16, SES-17).
 */
const OWN_PLACES = ['client_uri', 'initiate_login_uri', 'backchannel_logout_uri', 'frontchannel_logout_uri'];

/** How a client can authenticate about which everything is public (draft §4.1). */
const METHODS: readonly unknown[] = ['none', 'private_key_jwt'];

/**
 * Reads the document that describes a client (draft-ietf-oauth-client-id-metadata-document §4), as if the client registered itself with what it says.
 * Left aside is what it may not have here (RFC 7591 §3.2.1).
 */
export function readClientDocument({ url, body, type }: FetchedDocument): DocumentReading<ClientDocument> {
  // JSON and nothing else: of what strangers may upload to a host, that is seldom served as JSON.
  if (!/^application\/(?:[a-z0-9.-]+\+)?json$/.test(type)) return { fault: 'its type is not application/json' };
  const document = membersOf(body);
  if (document === null) return { fault: 'it is no JSON object' };
  // Draft §4: compared as simple strings.
  if (document['client_id'] !== url) return { fault: 'its client_id is not the address that it is at' };
  if (SECRETS.some((name) => Object.hasOwn(document, name))) return { fault: 'it holds a secret' };
  // Deviation: where RFC 7591 §2 takes client_secret_basic if nothing is said, a document means none: it cannot have a secret.
  const method = document['token_endpoint_auth_method'] ?? 'none';
  if (!METHODS.includes(method)) return { fault: 'token_endpoint_auth_method is neither none nor private_key_jwt' };
  const { grant_types: grants, ...rest } = admitted(document, url);
  if (Array.isArray(grants) && grants.length === 0) return { fault: 'it wants no grant that it can have' };
  const read = readClientMetadata({ ...rest, grant_types: grants, token_endpoint_auth_method: method }, 'client');
  return read.ok
    ? { value: { metadata: read.metadata } }
    : { fault: read.problems.map(({ reason }) => reason).join(' ') };
}

function admitted(document: Members, url: string): Members {
  const { grant_types: grants } = document;
  return {
    ...document,
    ...Object.fromEntries(RETURNS.flatMap((name) => ownReturns(name, document[name], url))),
    ...(Array.isArray(grants) ? { grant_types: grants.filter((grant) => UNADMITTED_GRANTS.includes(grant)) } : {}),
    ...Object.fromEntries(
      OWN_PLACES.flatMap((name) => (isOfSameOrigin(document[name], url) ? [] : [[name, undefined]])),
    ),
  };
}

function ownReturns(name: string, uris: unknown, url: string): [string, unknown][] {
  return Array.isArray(uris) ? [[name, uris.filter((uri) => isOwnRedirect(uri, url))]] : [];
}

/**
 * Whether answers may go to an address (draft §8.1): one of the same origin as the document, since people are shown the host of that and nothing else;
 * one on the person's device; or an app whose scheme belongs to the same domain.
 */
function isOwnRedirect(uri: unknown, url: string): boolean {
  if (typeof uri !== 'string') return true; // a fault, which is told as one
  if (isLoopbackRedirect(uri) || isOfSameOrigin(uri, url)) return true;
  if (!isNativeRedirect(uri)) return false;
  // RFC 8252 §7.1: such a scheme is a domain name turned round.
  const owner = redirectTarget(uri).split('.').reverse().join('.');
  const { hostname } = new URL(url);
  return owner === hostname || owner.endsWith(`.${hostname}`);
}

function isOfSameOrigin(uri: unknown, url: string): boolean {
  return typeof uri === 'string' && URL.canParse(uri) && new URL(uri).origin === new URL(url).origin;
}

function membersOf(body: Buffer): Members | null {
  try {
    const document: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    return typeof document === 'object' && document !== null && !Array.isArray(document) ? (document as Members) : null;
  } catch {
    return null;
  }
}
