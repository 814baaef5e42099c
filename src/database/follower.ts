import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { LOG, type Log } from '../logging/log';

/** Something in memory that is kept equal to rows of the database. */
export interface Followed {
  /** What is followed, for the log. */
  readonly name: string;
  /** Milliseconds between two looks. */
  readonly every: number;
  /** Reads what is new. */
  follow(): Promise<void>;
}

/** Keeps what a node remembers of the database fresh: looks at it again and again, for as long as the application runs. */
@Injectable()
export class Follower implements OnApplicationShutdown {
  private readonly timers = new Set<NodeJS.Timeout>();
  private stopped = false;

  constructor(@Inject(LOG) private readonly log: Log) {}

  /**
   * Looks once, and then again and again in the background; a look that fails is repeated at the next turn.
   * @throws whatever the first look throws
   */
  async start(followed: Followed): Promise<void> {
    await followed.follow();
    this.schedule(followed, false);
  }

  onApplicationShutdown(): void {
    this.stopped = true;
    for (const timer of this.timers) clearTimeout(timer);
  }

  private schedule(followed: Followed, failing: boolean): void {
    if (this.stopped) return;
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      void this.look(followed, failing).then((failed) => this.schedule(followed, failed));
    }, followed.every);
    timer.unref();
    this.timers.add(timer);
  }

  /** @returns whether the look failed; the first of several failures is logged, and the end of them */
  private async look(followed: Followed, failing: boolean): Promise<boolean> {
    try {
      await followed.follow();
      if (failing) this.log.info({ followed: followed.name }, 'The database is followed again.');
      return false;
    } catch (error) {
      if (!failing && !this.stopped) {
        this.log.warn({ err: error, followed: followed.name }, 'The database cannot be followed.');
      }
      return true;
    }
  }
}
