import { Inject, Injectable } from '@nestjs/common';
import { type Client, isUnchecked } from '../../clients/client';
import { SETTINGS, type Settings } from '../../config/settings';
import { type Representation, representationOf } from '../../http/representation';
import type { DocumentKind, DocumentReading, DocumentSource, FetchedDocument } from '../../outbound/document-source';
import { OutboundDocuments } from '../../outbound/outbound-documents';

/** Both in seconds. */
const HOUR = 3_600;
const DAY = 24 * HOUR;

const LOGOS: DocumentKind<Representation> = {
  accept: 'image/png, image/jpeg, image/webp',
  mostBytes: 131_072,
  // A page waits for it, and does without it sooner than a person loses patience.
  timeLimit: 1_500,
  freshness: { least: HOUR, most: 7 * DAY },
  staleFor: 7 * DAY,
  retryAfter: 300,
  host: { atOnce: 2, aMinute: 30 },
  capacity: { documents: 1_000, bytes: 16_777_216 },
  read: readLogo,
};

/** How the images begin that are shown. No other: an SVG is a document, which can hold scripts and fetch what it likes (INJ-01). */
const KINDS: readonly (readonly [type: string, pattern: RegExp])[] = [
  ['image/png', /^\x89PNG\r\n\x1a\n/],
  ['image/jpeg', /^\xff\xd8\xff/],
  ['image/webp', /^RIFF[^]{4}WEBP/],
];

/**
 * The logos of clients, fetched by this server and served from its own origin: a page that had browsers fetch them would tell their hosts who signs in
 * where and when (RFC 7591 §5).
 */
@Injectable()
export class ClientLogos {
  private readonly documents: DocumentSource<Representation>;

  constructor(
    sources: OutboundDocuments,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {
    this.documents = sources.define(LOGOS);
  }

  /**
   * The logo of a client; null where it has none, or none that can be had. A client that nobody has admitted has none, whatever it says: people
   * believe pictures more readily than the warning beneath (DCR-09). An operator who knows who may register can have it otherwise.
   */
  async of(client: Client): Promise<Representation | null> {
    const { logo_uri: address } = client.metadata;
    if (address === undefined || !this.mayBeShown(client)) return null;
    const sought = await this.documents.get(address);
    return sought.outcome === 'found' ? sought.value : null;
  }

  private mayBeShown(client: Client): boolean {
    return !isUnchecked(client) || (client.origin === 'dynamic' && this.settings.selfRegisteredLogos);
  }
}

function readLogo({ body, type }: FetchedDocument): DocumentReading<Representation> {
  const start = body.toString('latin1', 0, 16);
  const [found] = KINDS.find(([, pattern]) => pattern.test(start)) ?? [];
  // What is called one thing and is another has something in mind.
  if (found === undefined || type !== found) return { fault: 'it is no PNG, JPEG or WebP, or is not called so' };
  return { value: representationOf(body, found) };
}
