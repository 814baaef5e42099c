import { Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Clock } from '../config/clock';
import { UnitOfWork } from './unit-of-work';

/** How many rows one unit of work deletes at the most, so that live traffic never waits for a sweep. */
const BATCH = 500;

/** Time between two sweeps, in milliseconds. */
const SWEEP_INTERVAL = 60_000;

/** A table whose rows may be deleted once their `expires_at` has passed. */
export interface ExpiringTable {
  readonly table: string;
  readonly primaryKey: string;
}

/** Deletes expired rows in bounded batches. */
@Injectable()
export class Sweeper {
  private readonly tables: ExpiringTable[] = [];
  private sweeping = false;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
  ) {}

  /** Registers a table that has an indexed `expires_at` (epoch milliseconds). */
  register(table: ExpiringTable): void {
    this.tables.push(table);
  }

  /**
   * Deletes everything that has expired, a batch at a time.
   * @returns how many rows were deleted
   */
  async sweep(): Promise<number> {
    let deleted = 0;
    for (const { table, primaryKey } of this.tables) {
      const sql = `DELETE FROM ${table} WHERE ${primaryKey} IN (SELECT ${primaryKey} FROM ${table} WHERE expires_at < ? ORDER BY expires_at LIMIT ${BATCH})`;
      for (let batch = BATCH; batch === BATCH; deleted += batch) {
        batch = await this.unitOfWork.run((transaction) => transaction.change(sql, [this.clock.now()]));
      }
    }
    return deleted;
  }

  /** The sweep that runs by itself; a database that is away is tried again at the next one. */
  @Interval('sweep', SWEEP_INTERVAL)
  async sweepNow(): Promise<void> {
    if (this.sweeping) return;
    this.sweeping = true;
    try {
      await this.sweep();
    } catch {
      return; // readiness reports a database that is away; what expired stays unusable in the meantime
    } finally {
      this.sweeping = false;
    }
  }
}
