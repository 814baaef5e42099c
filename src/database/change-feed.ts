import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { Clock } from '../config/clock';
import type { Change } from './change.entity';
import { Follower } from './follower';
import { Reader } from './reader';
import { SequenceTail } from './sequence-tail';
import { Sweeper } from './sweeper';
import type { Transaction } from './transaction';

/** Milliseconds between two looks for changes made by other processes: they hold here within a second. */
const FOLLOW_INTERVAL = 300;

/** How long a note is kept, in milliseconds: longer than a node may be blind before it trusts no copy any more. */
const KEPT_FOR = 600_000;

/** After so many milliseconds without a successful look, no copy in memory is to be trusted. */
const STALE_AFTER = 10_000;

/** Whoever keeps copies, and forgets the one of that subject. */
export type ChangeListener = (subject: string) => void;

/** Tells every node what has changed, so that each may keep copies in memory of what hardly ever does. */
@Injectable()
export class ChangeFeed implements OnApplicationBootstrap {
  private readonly listeners = new Map<string, ChangeListener[]>();
  private readonly tail: SequenceTail<Change>;

  constructor(
    reader: Reader,
    private readonly follower: Follower,
    private readonly clock: Clock,
    sweeper: Sweeper,
  ) {
    this.tail = new SequenceTail<Change>(reader, 'SELECT * FROM changes WHERE seq > ? ORDER BY seq');
    sweeper.register({ table: 'changes', primaryKey: 'seq' });
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.follower.start({
      name: 'changes',
      every: FOLLOW_INTERVAL,
      read: () => this.tail.read(),
      apply: (tail) => {
        for (const { topic, subject } of this.tail.take(tail)) this.tell(topic, subject);
      },
    });
  }

  /** Has a listener told of each change of that topic, on this node and on others; of some more than once. */
  subscribe(topic: string, listener: ChangeListener): void {
    this.listeners.set(topic, [...(this.listeners.get(topic) ?? []), listener]);
  }

  /** Notes a change in the unit of work that makes it. */
  async publish(transaction: Transaction, topic: string, subject: string): Promise<void> {
    transaction.write('INSERT INTO changes (topic, subject, expires_at) VALUES (?, ?, ?)', [
      topic,
      subject,
      this.clock.now() + KEPT_FOR,
    ]);
    transaction.afterCommit(() => this.tell(topic, subject));
  }

  /** Whether the database has not been seen for so long that copies may be outdated: what they say must be read again. */
  get isStale(): boolean {
    return this.tail.age > STALE_AFTER;
  }

  private tell(topic: string, subject: string): void {
    for (const listener of this.listeners.get(topic) ?? []) listener(subject);
  }
}
