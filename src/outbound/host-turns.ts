import { LRUCache } from 'lru-cache';
import type { Clock } from '../config/clock';
import { BoundedQueue, QueueFull } from '../crypto/bounded-queue';

/** The longest that the pace of a host is remembered, in milliseconds. */
const WINDOW = 60_000;

/** How many hosts are kept in mind. */
const MOST_HOSTS = 10_000;

/** How much may be fetched at once and in a minute, from one host. */
export interface HostBounds {
  readonly atOnce: number;
  readonly aMinute: number;
}

interface HostRecord {
  running: number;
  begun: number;
  count: number;
}

/** Sees to it that no host is asked too often because of what strangers say, nor holds up the others by being slow. */
export class HostTurns {
  private readonly hosts = new LRUCache<string, HostRecord>({ max: MOST_HOSTS });

  /** @param queue of all hosts together */
  constructor(
    private readonly queue: BoundedQueue,
    private readonly bounds: HostBounds,
    private readonly clock: Clock,
  ) {}

  /** Runs a job when its turn comes. @returns null where it may not run at all just now */
  async run<Result>(host: string, job: () => Promise<Result>): Promise<Result | null> {
    const record = this.recordOf(host);
    if (record.running >= this.bounds.atOnce || record.count >= this.bounds.aMinute) return null;
    record.running++;
    record.count++;
    try {
      return await this.queue.run(job);
    } catch (error) {
      if (error instanceof QueueFull) return null;
      throw error;
    } finally {
      record.running--;
    }
  }

  private recordOf(host: string): HostRecord {
    const now = this.clock.now();
    const known = this.hosts.get(host);
    if (known === undefined) {
      const record = { running: 0, begun: now, count: 0 };
      this.hosts.set(host, record);
      return record;
    }
    // A clock that was put back begins a window, too.
    if (Math.abs(now - known.begun) >= WINDOW) Object.assign(known, { begun: now, count: 0 });
    return known;
  }
}
