import { LRUCache } from 'lru-cache';
import type { ChangeFeed } from './change-feed';

/** How many copies of one kind a node keeps, if nobody says otherwise. */
const CAPACITY = 10_000;

/** Stands in the memory for what is known not to be there. */
const ABSENT = Symbol('absent');

/**
 * Copies of rows that hardly ever change, kept in memory and forgotten as soon as any node changes their row. While the database has not been
 * seen for a while, nothing is answered from memory.
 */
export class Copies<Value extends object> {
  private readonly known: LRUCache<string, Value | typeof ABSENT>;
  private readonly loading = new Map<string, Promise<Value | null>>();
  private forgotten = 0;

  /** @param load reads one from the database; null where there is none */
  constructor(
    private readonly feed: ChangeFeed,
    topic: string,
    private readonly load: (id: string) => Promise<Value | null>,
    capacity = CAPACITY,
  ) {
    this.known = new LRUCache({ max: capacity });
    feed.subscribe(topic, (id) => this.forget(id));
  }

  /** The copy, null where there is nothing of that id; a promise only where the database has to be asked. */
  find(id: string): Value | null | Promise<Value | null> {
    const known = this.feed.isStale ? undefined : this.known.get(id);
    if (known === undefined) return this.ask(id);
    return known === ABSENT ? null : known;
  }

  /** One question at a time for an id. */
  private ask(id: string): Promise<Value | null> {
    const asked = this.loading.get(id);
    if (asked !== undefined) return asked;
    const question = this.read(id).finally(() => {
      if (this.loading.get(id) === question) this.loading.delete(id);
    });
    this.loading.set(id, question);
    return question;
  }

  private async read(id: string): Promise<Value | null> {
    const before = this.forgotten;
    const value = await this.load(id);
    // A change that was told meanwhile may be newer than what was read.
    if (before === this.forgotten) this.known.set(id, value ?? ABSENT);
    return value;
  }

  private forget(id: string): void {
    this.forgotten++;
    this.known.delete(id);
    this.loading.delete(id); // whoever asks from now on is told what is there now
  }
}
