import { Injectable } from '@nestjs/common';
import { Clock } from '../config/clock';
import { BoundedQueue } from '../crypto/bounded-queue';
import { HostTurns } from './host-turns';
import { OutboundFetcher, type Posted } from './outbound-fetcher';
import { siteOf } from './site';

/** What one site is sent: enough for an application whose people sign out by the dozen, and too little to wear anybody down. */
const BOUNDS = { atOnce: 8, aMinute: 300 };

/** How much is sent at once to all, and how much more waits. */
const QUEUE = { concurrency: 64, capacity: 64 };

/** Sends what strangers want to be sent, at a pace for each site: however many clients name the same one, and whoever is slow. */
@Injectable()
export class OutboundPosts {
  private readonly turns: HostTurns;

  constructor(
    private readonly fetcher: OutboundFetcher,
    clock: Clock,
  ) {
    this.turns = new HostTurns(new BoundedQueue(QUEUE), BOUNDS, clock);
  }

  /** Sends a form, see {@link OutboundFetcher.post}. @returns null where nothing was sent, since its turn has not come: try again later */
  post(url: string, form: URLSearchParams): Promise<Posted | null> {
    const site = URL.canParse(url) ? siteOf(new URL(url).host) : '';
    return this.turns.run(site, () => this.fetcher.post(url, form));
  }
}
