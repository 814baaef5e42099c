import { LRUCache } from 'lru-cache';
import type { Clock } from '../config/clock';
import { BoundedQueue } from '../crypto/bounded-queue';
import { Freshness, type FreshnessBounds } from './freshness';
import { type HostBounds, HostTurns } from './host-turns';
import { siteOf } from './site';
import { failed, type Fetched, type FetchFailure, type FetchRequest } from './outbound-fetcher';

/** The way to documents; it never throws for what their servers do. */
export interface DocumentFetcher {
  fetch(request: FetchRequest): Promise<Fetched>;
  /** Tells the log of a document that is not what it should be. @param detail what is wrong, without anything of what it says */
  report(url: string, reason: FetchFailure, detail: string | undefined): void;
}

/** A document as it came. */
export interface FetchedDocument {
  readonly url: string;
  readonly body: Buffer;
  /** Its media type in lower case, without parameters; empty where it was not said. */
  readonly type: string;
}

/** One kind of document that strangers name: how it is fetched, read and kept. */
export interface DocumentKind<Value extends object> {
  /** The media types that are wanted, as the Accept header says it. */
  readonly accept: string;
  readonly mostBytes: number;
  /** How long a fetch may take in all, in milliseconds, where that is not the usual. */
  readonly timeLimit?: number;
  readonly freshness: FreshnessBounds;
  /** For how long after its last good answer a document is used when its server fails, in seconds (RFC 5861 §4). */
  readonly staleFor: number;
  /** How long after a failure its server is left alone, in seconds. */
  readonly retryAfter: number;
  readonly host: HostBounds;
  /** How many are kept, and how many bytes they may have had together. */
  readonly capacity: { readonly documents: number; readonly bytes: number };
  /** Reads what it says. */
  read(document: FetchedDocument): DocumentReading<Value>;
}

/** What a document says, or what is wrong with it: for the log, without anything of what it says. */
export type DocumentReading<Value> = { readonly value: Value } | { readonly fault: string };

/** What a document says, and since when that is known (epoch milliseconds). */
export interface Found<Value> {
  readonly outcome: 'found';
  readonly value: Value;
  readonly checkedAt: number;
}

/** What came of looking for a document. */
export type Sought<Value> = Found<Value> | { readonly outcome: 'failed'; readonly reason: FetchFailure };

interface Kept<Value> {
  readonly found?: Found<Value>;
  readonly freshness?: Freshness;
  readonly freshUntil: number;
  readonly size: number;
  readonly failure?: { readonly at: number; readonly reason: FetchFailure };
}

/** How many fetches of one kind run at once, and how many wait; of documents that are known, and of those that are not. */
const CONCURRENCY = { concurrency: 16, capacity: 64 };

/** What an entry takes beside its bytes. */
const OVERHEAD = 512;

/**
 * The documents of one kind, kept as long as their servers say within bounds. Of those who want the same document at the same time, one fetches it.
 * A node keeps its own: nothing here has to be the same on all of them.
 */
export class DocumentSource<Value extends object> {
  private readonly kept: LRUCache<string, Kept<Value>>;
  private readonly asked = new Map<string, Promise<Sought<Value>>>();
  private readonly turns: HostTurns;
  private readonly firstTurns: HostTurns;

  constructor(
    private readonly kind: DocumentKind<Value>,
    private readonly fetcher: DocumentFetcher,
    private readonly clock: Clock,
  ) {
    const { documents: max, bytes: maxSize } = kind.capacity;
    this.kept = new LRUCache({ max, maxSize, sizeCalculation: ({ size }) => size + OVERHEAD });
    this.turns = new HostTurns(new BoundedQueue(CONCURRENCY), kind.host, clock);
    this.firstTurns = new HostTurns(new BoundedQueue(CONCURRENCY), kind.host, clock);
  }

  /**
   * What the document at an address says; a promise only where it has to be fetched.
   * @param since epoch milliseconds after which it must have been looked at; left out, the freshness that its server claims counts
   */
  get(url: string, since = Number.NEGATIVE_INFINITY): Sought<Value> | Promise<Sought<Value>> {
    return this.peek(url, since) ?? this.asked.get(url) ?? this.ask(url, this.kept.get(url));
  }

  /** The same as far as it can be said without asking anybody; undefined where the document has to be fetched. */
  peek(url: string, since = Number.NEGATIVE_INFINITY): Sought<Value> | undefined {
    const kept = this.kept.get(url);
    const now = this.clock.now();
    if (kept?.found !== undefined && now < kept.freshUntil && kept.found.checkedAt > since) return kept.found;
    if (kept?.failure !== undefined && now < kept.failure.at + this.kind.retryAfter * 1_000) return this.fallback(kept);
    return undefined;
  }

  private ask(url: string, kept: Kept<Value> | undefined): Promise<Sought<Value>> {
    const question = this.fetch(url, kept).finally(() => this.asked.delete(url));
    this.asked.set(url, question);
    return question;
  }

  private async fetch(url: string, kept: Kept<Value> | undefined): Promise<Sought<Value>> {
    const { accept, mostBytes, timeLimit } = this.kind;
    const request = { url, accept, mostBytes, timeLimit, validators: kept?.freshness?.validators ?? {} };
    const host = URL.canParse(url) ? new URL(url).host : '';
    const job = () => this.fetcher.fetch(request);
    // Whoever makes up addresses waits for others who do, one site not for long for another, and keeps out nobody who is known (DOS-06).
    const fetched = await (kept?.found === undefined
      ? this.firstTurns.run(siteOf(host), job)
      : this.turns.run(host, job));
    // Who was turned away for want of room has learned nothing of the document.
    if (fetched === null) {
      return kept === undefined ? failed('busy') : this.fallback({ ...kept, ...failure('busy', 0) });
    }
    const read = this.taken(url, fetched, kept);
    this.kept.set(url, read);
    return read.failure === undefined ? read.found! : this.fallback(read);
  }

  /** What is kept after a fetch. */
  private taken(url: string, fetched: Fetched, kept: Kept<Value> | undefined): Kept<Value> {
    const now = this.clock.now();
    const lost = kept ?? { freshUntil: 0, size: 0 };
    if (fetched.outcome === 'failed') return { ...lost, ...failure(fetched.reason, now) };
    const { answer } = fetched;
    if (fetched.outcome === 'unchanged') {
      const freshness = kept!.freshness!.renewed(answer);
      const found: Found<Value> = { ...kept!.found!, checkedAt: now };
      return { found, freshness, freshUntil: this.end(freshness, now), size: kept!.size };
    }
    const reading = this.kind.read({ url, body: answer.body, type: typeOf(answer.headers['content-type']) });
    if ('fault' in reading) {
      this.fetcher.report(url, 'unacceptable', reading.fault);
      return { ...lost, ...failure('unacceptable', now) };
    }
    const freshness = Freshness.of(answer);
    const found = { outcome: 'found', value: reading.value, checkedAt: now } as const;
    return { found, freshness, freshUntil: this.end(freshness, now), size: answer.body.length };
  }

  /** What is said while a document cannot be had: what it was, for a while; not where its server says that it is gone. */
  private fallback({ found, failure }: Kept<Value>): Sought<Value> {
    const reason = failure?.reason ?? 'unreachable';
    const isUsable =
      found !== undefined && reason !== 'absent' && this.clock.now() < found.checkedAt + this.kind.staleFor * 1_000;
    return isUsable ? found : { outcome: 'failed', reason };
  }

  private end(freshness: Freshness, now: number): number {
    return now + freshness.lifetime(this.kind.freshness) * 1_000;
  }
}

function failure(reason: FetchFailure, at: number): Pick<Kept<never>, 'failure'> {
  return { failure: { at, reason } };
}

function typeOf(header: string | undefined): string {
  return (header ?? '').split(';', 1)[0]!.trim().toLowerCase();
}
