import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { LOG, type Log } from '../logging/log';

/** How long one look is waited for before the next is taken beside it, in milliseconds: one lost answer must not make a node blind. */
const PATIENCE = 500;

/** How many looks of one kind may be without an answer. */
const MOST_PENDING = 4;

/** Something in memory that is kept equal to rows of the database. */
export interface Followed<Rows = unknown> {
  /** What is followed, for the log. */
  readonly name: string;
  /** Milliseconds between two looks. */
  readonly every: number;
  /** Reads what may be new. */
  read(): Promise<Rows>;
  /** Takes what was read, unless something newer was taken before. */
  apply(rows: Rows): void;
}

/** How the looks of one kind are going. */
interface Progress {
  looks: number;
  newest: number;
  pending: number;
  failing: boolean;
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
  async start<Rows>(followed: Followed<Rows>): Promise<void> {
    followed.apply(await followed.read());
    this.schedule(followed, { looks: 0, newest: 0, pending: 0, failing: false });
  }

  onApplicationShutdown(): void {
    this.stopped = true;
    for (const timer of this.timers) clearTimeout(timer);
  }

  private schedule<Rows>(followed: Followed<Rows>, progress: Progress): void {
    void this.wait(followed.every).then(async () => {
      if (this.stopped) return;
      if (progress.pending < MOST_PENDING) await Promise.race([this.look(followed, progress), this.wait(PATIENCE)]);
      this.schedule(followed, progress);
    });
  }

  /** The first of several failures is logged, and the end of them. */
  private async look<Rows>(followed: Followed<Rows>, progress: Progress): Promise<void> {
    const number = ++progress.looks;
    progress.pending++;
    try {
      const rows = await followed.read();
      // The answer to an earlier look may come after that to a later one.
      if (number < progress.newest || this.stopped) return;
      progress.newest = number;
      followed.apply(rows);
      if (progress.failing) this.log.info({ followed: followed.name }, 'The database is followed again.');
      progress.failing = false;
    } catch (error) {
      if (!progress.failing && !this.stopped) {
        this.log.warn({ err: error, followed: followed.name }, 'The database cannot be followed.');
      }
      progress.failing = true;
    } finally {
      progress.pending--;
    }
  }

  /** Ends early, and for good, when the application stops. */
  private wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.timers.delete(timer);
        resolve();
      }, milliseconds);
      timer.unref();
      this.timers.add(timer);
    });
  }
}
