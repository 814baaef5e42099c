import { Injectable } from '@nestjs/common';
import { Clock } from '../../config/clock';
import { sha256 } from '../../crypto/digest';
import type { DocumentKind, DocumentSource } from '../../outbound/document-source';
import { OutboundDocuments } from '../../outbound/outbound-documents';

/** How old what is kept may be before a hash that does not fit makes us look again, in milliseconds (DOS-10). */
const COOLDOWN = 10_000;

/** A SHA-256 in base64url, as the fragment of an address may be one (OpenID Connect Core §6.2). */
const DIGEST = /^[A-Za-z0-9_-]{43}$/;

interface RequestDocument {
  readonly content: string;
  readonly digest: string;
}

const REQUESTS: DocumentKind<RequestDocument> = {
  // RFC 9101 §5.2.3
  accept: 'application/oauth-authz-req+jwt, application/jwt, text/plain;q=0.5',
  mostBytes: 16_384,
  // A page waits for it.
  timeLimit: 3_000,
  freshness: { least: 10, most: 3_600 },
  staleFor: 0,
  retryAfter: 10,
  host: { atOnce: 8, aMinute: 120 },
  capacity: { documents: 5_000, bytes: 16_777_216 },
  read: ({ body }) => ({ value: { content: body.toString('latin1').trim(), digest: sha256(body) } }),
};

/** Fetches the requests that clients keep at addresses of their own (RFC 9101 §5.2, OpenID Connect Core §6.2). */
@Injectable()
export class RequestDocuments {
  private readonly documents: DocumentSource<RequestDocument>;

  constructor(
    documents: OutboundDocuments,
    private readonly clock: Clock,
  ) {
    this.documents = documents.define(REQUESTS);
  }

  /**
   * The request at an address. A fragment that was registered with it names a version and no more: OpenID Connect Core §6.2 has nobody compare it, and some
   * clients register one before they know what will be there.
   * @param registered the addresses of the client: no other is asked (RFC 9101 §10.4)
   * @returns null where it is none of them, there is no request, or another than its own fragment says
   */
  async find(address: string, registered: readonly string[]): Promise<string | null> {
    const { place, fragment } = partsOf(address);
    const isDigest = DIGEST.test(fragment);
    if (registered.includes(address)) return (await this.fetch(address))?.content ?? null;
    // A digest that was not registered says by itself whether what is kept is right.
    if (!isDigest || !registered.some((one) => partsOf(one).place === place)) return null;
    const kept = await this.fetch(place);
    if (kept?.digest === fragment) return kept.content;
    const found = await this.fetch(place, this.clock.now() - COOLDOWN);
    return found?.digest === fragment ? found.content : null;
  }

  private async fetch(address: string, since?: number): Promise<RequestDocument | null> {
    const sought = await this.documents.get(address, since);
    return sought.outcome === 'found' ? sought.value : null;
  }
}

function partsOf(address: string): { readonly place: string; readonly fragment: string } {
  const [place = '', ...rest] = address.split('#');
  return { place, fragment: rest.join('#') };
}
