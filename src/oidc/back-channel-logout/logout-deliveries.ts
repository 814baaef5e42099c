import { type BeforeApplicationShutdown, Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { Follower } from '../../database/follower';
import { LOG, type Log } from '../../logging/log';
import type { LogoutNotice } from './logout-notice.entity';
import { LogoutMessenger } from './logout-messenger';
import { LogoutNotices } from './logout-notices';

/** Milliseconds between two looks for notices that another process has left, or that are to be tried again. */
const LOOK_INTERVAL = 1_000;

/** How many clients are told at once, so that slow ones hold up neither this server nor for long each other. */
const MOST_AT_ONCE = 32;

/**
 * Sees to it that clients are told: at once by the node where a session ended, later by any. It never happens in the request that ends the session, which
 * a slow client would hold up (OpenID Connect Back-Channel Logout §2.5).
 */
@Injectable()
export class LogoutDeliveries implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly running = new Map<string, Promise<void>>();
  private isActive = false;
  private isBehind = false;

  constructor(
    private readonly notices: LogoutNotices,
    private readonly messenger: LogoutMessenger,
    private readonly follower: Follower,
    private readonly host: HttpAdapterHost,
    @Inject(LOG) private readonly log: Log,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    // A command that ends a session leaves the rest to the servers: it has to come to its end.
    if ((this.host as Partial<HttpAdapterHost>).httpAdapter === undefined) return;
    this.isActive = true;
    await this.follower.start({
      name: 'logout notices',
      every: LOOK_INTERVAL,
      read: () => this.notices.due(MOST_AT_ONCE),
      apply: (due) => this.take(due),
    });
  }

  /** Whoever has been told is noted as such before the database closes. */
  async beforeApplicationShutdown(): Promise<void> {
    this.isActive = false;
    await Promise.allSettled(this.running.values());
  }

  /** Looks now; what fails is left to the next look. */
  wake(): void {
    if (!this.isActive) return;
    void this.notices.due(MOST_AT_ONCE).then(
      (due) => this.take(due),
      (error: unknown) => this.log.debug({ err: error }, 'Logout notices could not be read.'),
    );
  }

  private take(due: readonly LogoutNotice[]): void {
    for (const notice of due) {
      const key = `${notice.session_id} ${notice.client_id}`;
      if (!this.isActive || this.running.has(key)) continue;
      if (this.running.size >= MOST_AT_ONCE) {
        this.isBehind = true;
        return;
      }
      this.running.set(
        key,
        this.deliver(notice).finally(() => this.done(key)),
      );
    }
    if (due.length === MOST_AT_ONCE) this.isBehind = true;
  }

  private done(key: string): void {
    this.running.delete(key);
    if (!this.isBehind) return;
    this.isBehind = false;
    this.wake();
  }

  private async deliver(notice: LogoutNotice): Promise<void> {
    try {
      if (await this.notices.claim(notice)) await this.messenger.tell(notice);
    } catch (error) {
      this.log.warn(
        { err: error, clientId: notice.client_id },
        'A client was not told of a logout; it is tried again.',
      );
    }
  }
}
