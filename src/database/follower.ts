import { Injectable, type OnApplicationShutdown } from '@nestjs/common';

/** Something in memory that is kept equal to rows of the database. */
export interface Followed {
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

  /**
   * Looks once, and then again and again in the background; a look that fails is repeated at the next turn.
   * @throws whatever the first look throws
   */
  async start(followed: Followed): Promise<void> {
    await followed.follow();
    this.schedule(followed);
  }

  onApplicationShutdown(): void {
    this.stopped = true;
    for (const timer of this.timers) clearTimeout(timer);
  }

  private schedule(followed: Followed): void {
    if (this.stopped) return;
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      followed
        .follow()
        .catch(() => undefined) // the follower's age tells how stale it has become
        .finally(() => this.schedule(followed));
    }, followed.every);
    timer.unref();
    this.timers.add(timer);
  }
}
