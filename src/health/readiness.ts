import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { LazyModuleLoader } from '@nestjs/core';
import type { HealthCheckService, HealthIndicatorService } from '@nestjs/terminus';
import { Reader } from '../database/reader';

/** How long the database may take to answer, in milliseconds. */
const PATIENCE = 2_000;

/** How long an answer counts, in milliseconds: whoever asks, the database is asked no more often. */
const FRESH_FOR = 500;

/** Whether traffic should be sent here, and what each part that was looked at said. */
export interface ReadinessReport {
  readonly ready: boolean;
  readonly checks: Readonly<Record<string, 'up' | 'down'>>;
}

interface Terminus {
  readonly health: HealthCheckService;
  readonly indicators: HealthIndicatorService;
}

/** Tells whether this node can serve: its database answers, and it is not about to stop. */
@Injectable()
export class Readiness implements OnModuleDestroy {
  private stopping = false;
  private terminus: Promise<Terminus> | undefined;

  constructor(
    private readonly reader: Reader,
    private readonly loader: LazyModuleLoader,
  ) {}

  /** From now on no traffic should be sent here. */
  withdraw(): void {
    this.stopping = true;
  }

  onModuleDestroy(): void {
    this.withdraw();
  }

  async report(): Promise<ReadinessReport> {
    if (this.stopping) return { ready: false, checks: {} };
    const { health, indicators } = await (this.terminus ??= this.load());
    try {
      await health.check([
        () =>
          indicators
            .check('database')
            .attempt(() => this.askDatabase())
            .withTimeout(PATIENCE)
            .cacheFor(FRESH_FOR),
      ]);
      return { ready: true, checks: { database: 'up' } };
    } catch {
      // What it said may name hosts and files; the log has it from those who needed the database.
      return { ready: false, checks: { database: 'down' } };
    }
  }

  private async askDatabase(): Promise<void> {
    await this.reader.query('SELECT name FROM migrations LIMIT 1');
  }

  /** Terminus is needed at the first question, not at the start, which it would slow down. */
  private async load(): Promise<Terminus> {
    const { HealthCheckService, HealthIndicatorService, TerminusModule } = await import('@nestjs/terminus');
    const module = await this.loader.load(() => TerminusModule.forRoot({ logger: false }));
    return { health: module.get(HealthCheckService), indicators: module.get(HealthIndicatorService) };
  }
}
