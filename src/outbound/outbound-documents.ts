import { Injectable } from '@nestjs/common';
import { Clock } from '../config/clock';
import { type DocumentKind, DocumentSource } from './document-source';
import { OutboundFetcher } from './outbound-fetcher';

/** Makes the sources of documents that strangers name: one for each kind, so that no kind can take the room of another. */
@Injectable()
export class OutboundDocuments {
  constructor(
    private readonly fetcher: OutboundFetcher,
    private readonly clock: Clock,
  ) {}

  /** @returns the source of that kind of documents */
  define<Value extends object>(kind: DocumentKind<Value>): DocumentSource<Value> {
    return new DocumentSource(kind, this.fetcher, this.clock);
  }
}
