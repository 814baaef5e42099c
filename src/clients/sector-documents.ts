import { Injectable } from '@nestjs/common';
import { Clock } from '../config/clock';
import type { DocumentKind, DocumentReading, DocumentSource } from '../outbound/document-source';
import { OutboundDocuments } from '../outbound/outbound-documents';
import type { ClientMetadata } from './client-metadata';

/** How old what is known of a document may be where a client is registered or changed, in milliseconds (DOS-10). */
const COOLDOWN = 60_000;

/** The most redirect URIs that clients of one sector have together. */
const MOST_URIS = 1_000;

const SECTORS: DocumentKind<ReadonlySet<string>> = {
  accept: 'application/json',
  mostBytes: 65_536,
  freshness: { least: 60, most: 3_600 },
  staleFor: 0,
  retryAfter: 10,
  host: { atOnce: 4, aMinute: 30 },
  capacity: { documents: 1_000, bytes: 8_388_608 },
  read: ({ body }) => sectorOf(body),
};

/** The documents in which sectors say which redirect URIs belong to them (OpenID Connect Registration §5). */
@Injectable()
export class SectorDocuments {
  private readonly documents: DocumentSource<ReadonlySet<string>>;

  constructor(
    documents: OutboundDocuments,
    private readonly clock: Clock,
  ) {
    this.documents = documents.define(SECTORS);
  }

  /** What keeps a client out of the sector that it names, in a sentence; null where nothing does, or it names none. */
  async fault({ sector_identifier_uri: url, redirect_uris }: ClientMetadata): Promise<string | null> {
    if (url === undefined) return null;
    const sought = await this.documents.get(url, this.clock.now() - COOLDOWN);
    // OpenID Connect Registration §5: all of them; whoever cannot be asked has not said so. Why, strangers are not told (DCR-02).
    const isNamed = sought.outcome === 'found' && redirect_uris.every((uri) => sought.value.has(uri));
    return isNamed
      ? null
      : 'sector_identifier_uri must lead to a JSON list that holds all redirect_uris (OpenID Connect Registration §5).';
  }
}

function sectorOf(body: Buffer): DocumentReading<ReadonlySet<string>> {
  const list = jsonOf(body);
  if (!Array.isArray(list) || list.length > MOST_URIS) return { fault: 'it is no list' };
  const texts = (list as unknown[]).filter((item) => typeof item === 'string');
  return texts.length === list.length ? { value: new Set(texts) } : { fault: 'it holds what is no text' };
}

function jsonOf(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return null;
  }
}
