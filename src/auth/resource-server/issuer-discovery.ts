import { Inject, Injectable } from '@nestjs/common';
import { Clock } from '../../config/clock';
import { type DocumentKind, type DocumentReading, DocumentSource, type Sought } from '../../outbound/document-source';
import { TemporarilyUnavailable } from '../../protocol/errors';
import { isSafeAddress, RESOURCE_SERVER_TERMS, type ResourceServerTerms } from '../resource-server-options';
import { IssuerRequests } from './issuer-requests';
import { jsonOf } from './json-of';

/** For how long it is known where the keys of an issuer are that is away, in seconds; how long they are used is another matter. */
const STALE_FOR = 86_400;

/** What of the issuer's metadata counts here (RFC 8414 §2). */
export interface IssuerMetadata {
  readonly jwksUri: string;
  readonly introspectionEndpoint: string | null;
}

/** What the issuer says of itself, found from its identifier alone. */
@Injectable()
export class IssuerDiscovery {
  private readonly source: DocumentSource<IssuerMetadata>;
  private readonly addresses: readonly string[];

  constructor(@Inject(RESOURCE_SERVER_TERMS) { issuer }: ResourceServerTerms, requests: IssuerRequests, clock: Clock) {
    this.addresses = metadataAddresses(issuer);
    this.source = new DocumentSource(metadataOf(issuer), requests, clock);
  }

  /** The metadata, as far as it can be said without asking anybody. */
  peek(): IssuerMetadata | undefined {
    return this.addresses.map((address) => valueOf(this.source.peek(address))).find((found) => found !== undefined);
  }

  /** @throws {TemporarilyUnavailable} when the issuer cannot be reached, or is another than was asked for */
  async metadata(): Promise<IssuerMetadata> {
    const known = this.peek();
    if (known !== undefined) return known;
    for (const address of this.addresses) {
      const found = valueOf(await this.source.get(address));
      if (found !== undefined) return found;
    }
    throw new TemporarilyUnavailable('the metadata of the issuer cannot be had');
  }
}

/** RFC 8414 §3.1 inserts the well-known path before that of the issuer; OpenID Connect Discovery §4 puts it behind, as some proxies need it. */
function metadataAddresses(issuer: string): readonly string[] {
  const { origin, pathname } = new URL(issuer);
  const path = pathname === '/' ? '' : pathname;
  const inserted = `${origin}/.well-known/oauth-authorization-server${path}`;
  return path === '' ? [inserted] : [inserted, `${issuer}/.well-known/openid-configuration`];
}

function metadataOf(issuer: string): DocumentKind<IssuerMetadata> {
  return {
    accept: 'application/json',
    mostBytes: 65_536,
    freshness: { least: 60, most: 3_600 },
    staleFor: STALE_FOR,
    retryAfter: 5,
    host: { atOnce: 4, aMinute: 60 },
    capacity: { documents: 4, bytes: 1_048_576 },
    read: ({ body }) => readMetadata(jsonOf(body), issuer),
  };
}

function readMetadata(
  metadata: Readonly<Record<string, unknown>> | null,
  issuer: string,
): DocumentReading<IssuerMetadata> {
  // RFC 8414 §3.3: exactly the issuer that was asked for, or somebody else speaks for it.
  if (metadata === null || metadata['issuer'] !== issuer) return { fault: 'it is not the metadata of the issuer' };
  const { jwks_uri: jwksUri, introspection_endpoint: endpoint = null } = metadata;
  if (typeof jwksUri !== 'string' || !isSafeAddress(jwksUri)) return { fault: 'its jwks_uri is not safe' };
  const introspectionEndpoint = typeof endpoint === 'string' && isSafeAddress(endpoint) ? endpoint : null;
  return { value: { jwksUri, introspectionEndpoint } };
}

function valueOf<Value>(sought: Sought<Value> | undefined): Value | undefined {
  return sought?.outcome === 'found' ? sought.value : undefined;
}
