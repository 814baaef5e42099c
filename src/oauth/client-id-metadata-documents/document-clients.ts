import { isDeepStrictEqual } from 'node:util';
import { Injectable } from '@nestjs/common';
import type { RequestOrigin } from '../../audit/audit-event';
import type { Client } from '../../clients/client';
import { ClientStore } from '../../clients/client.store';
import { describedClient } from '../../clients/described-clients';
import { Clock } from '../../config/clock';
import type { Transaction } from '../../database/transaction';
import type { DocumentKind, DocumentSource, Found, Sought } from '../../outbound/document-source';
import type { FetchFailure } from '../../outbound/outbound-fetcher';
import { OutboundDocuments } from '../../outbound/outbound-documents';
import { isClientIdUrl } from '../../protocol/client-id-url';
import type { ClientResolver } from '../client-authentication/client-directory';
import { type ClientDocument, readClientDocument } from './client-document';
import { DocumentAddresses } from './document-addresses';
import { DocumentRecords } from './document-records';
import { DocumentScopes } from './document-scopes';

/** In milliseconds. */
const DAY = 86_400_000;

/** How long a client is kept, in milliseconds: that has authenticated, and that a person has let have something. */
const KEPT = { asked: DAY, granted: 90 * DAY };

/** How long a client that is kept goes on while its document cannot be had, in milliseconds: what it was given stays good meanwhile. */
const GRACE = DAY;

/** Seldom enough that looking at a document does not mean to write each time, in milliseconds. */
const NOTED_EVERY = 3_600_000;

/** After these a document says nothing good any more, rather than nothing just now. */
const FINAL: readonly FetchFailure[] = ['absent', 'refused', 'unacceptable'];

const DOCUMENTS: DocumentKind<ClientDocument> = {
  accept: 'application/json',
  // Draft §8.7
  mostBytes: 5_120,
  // Draft §5.2: HTTP says how long, between bounds of ours.
  freshness: { least: 60, most: 86_400 },
  // As long as a person may take to sign in and decide.
  staleFor: 1_800,
  // Deviation: the draft (§5.2) has no failures cached; for ten seconds they are, or strangers could have us call on a host as often as they like.
  retryAfter: 10,
  host: { atOnce: 4, aMinute: 60 },
  capacity: { documents: 5_000, bytes: 16_777_216 },
  read: readClientDocument,
};

/** The clients whose ids are the addresses of documents that describe them. Nothing is kept of those that nobody lets have anything (DOS-06). */
@Injectable()
export class DocumentClients implements ClientResolver {
  private readonly documents: DocumentSource<ClientDocument>;

  constructor(
    sources: OutboundDocuments,
    private readonly clients: ClientStore,
    private readonly addresses: DocumentAddresses,
    private readonly records: DocumentRecords,
    private readonly scopes: DocumentScopes,
    private readonly clock: Clock,
  ) {
    this.documents = sources.define(DOCUMENTS);
  }

  claims(id: string): boolean {
    return isClientIdUrl(id);
  }

  async find(id: string): Promise<Client | null> {
    if (!this.addresses.allows(id)) return null;
    const kept = await this.clients.find(id);
    const current = await this.currentOf(id, kept, await this.documents.get(id));
    return current === null ? null : this.scopes.limit(current);
  }

  async keep(transaction: Transaction, client: Client): Promise<void> {
    await this.records.keepIn(transaction, this.scopes.unlimited(client), this.clock.now() + KEPT.granted);
  }

  async settle(client: Client, origin: RequestOrigin): Promise<void> {
    const kept = this.scopes.unlimited(client);
    const now = this.clock.now();
    // What is kept for long yet need not be written at each request.
    if (kept.revision > 0 && kept.expiresAt !== null && kept.expiresAt > now + KEPT.asked / 2) return;
    await this.records.keep(kept, now + KEPT.asked, origin);
  }

  private async currentOf(id: string, kept: Client | null, sought: Sought<ClientDocument>): Promise<Client | null> {
    if (sought.outcome === 'found') return kept === null ? this.newClient(id, sought) : this.knownClient(kept, sought);
    const isInGrace = kept !== null && this.clock.now() < kept.updatedAt + GRACE && !FINAL.includes(sought.reason);
    return isInGrace ? kept : null;
  }

  private newClient(id: string, { value, checkedAt }: Found<ClientDocument>): Client {
    return describedClient(id, value.metadata, checkedAt);
  }

  private async knownClient(kept: Client, { value: { metadata }, checkedAt }: Found<ClientDocument>): Promise<Client> {
    // Another node may have looked later than this one.
    if (checkedAt <= kept.updatedAt) return kept;
    if (isDeepStrictEqual(kept.metadata, metadata)) {
      if (checkedAt > kept.updatedAt + NOTED_EVERY) await this.records.confirm(kept.id, checkedAt);
      return kept;
    }
    await this.records.change(kept, metadata, checkedAt);
    return (await this.clients.read(kept.id)) ?? describedClient(kept.id, metadata, checkedAt);
  }
}
