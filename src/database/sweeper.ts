import { Inject, Injectable } from '@nestjs/common';
import { Interval } from '@nestjs/schedule';
import { Clock } from '../config/clock';
import { LOG, type Log } from '../logging/log';
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
  private readonly spared = new Map<string, string[]>();
  private sweeping = false;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly clock: Clock,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** Registers a table that has an indexed `expires_at` (epoch milliseconds). */
  register(table: ExpiringTable): void {
    this.tables.push(table);
  }

  /**
   * Has rows of a table stay although they have expired, for as long as something depends on them.
   * @param condition what holds of such a row, in portable SQL; constant text
   */
  spare(table: string, condition: string): void {
    this.spared.set(table, [...(this.spared.get(table) ?? []), condition]);
  }

  /**
   * Deletes everything that has expired, a batch at a time; a table that fails does not keep the others from being swept.
   * @returns how many rows were deleted
   * @throws {AggregateError} at the end, when tables have failed
   */
  async sweep(): Promise<number> {
    let deleted = 0;
    const failures: unknown[] = [];
    for (const table of this.tables) {
      try {
        deleted += await this.sweepTable(table);
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw new AggregateError(failures, 'Expired rows could not be deleted.');
    return deleted;
  }

  /** The sweep that runs by itself; a database that is away is tried again at the next one. */
  @Interval('sweep', SWEEP_INTERVAL)
  async sweepNow(): Promise<void> {
    if (this.sweeping) return;
    this.sweeping = true;
    try {
      await this.sweep();
    } catch (error) {
      this.log.warn({ err: error }, 'Expired rows were not swept; this is tried again in a minute.');
    } finally {
      this.sweeping = false;
    }
  }

  private async sweepTable({ table, primaryKey }: ExpiringTable): Promise<number> {
    const spared = (this.spared.get(table) ?? []).map((condition) => ` AND NOT (${condition})`).join('');
    const sql = `DELETE FROM ${table} WHERE ${primaryKey} IN (SELECT ${primaryKey} FROM ${table} WHERE expires_at < ?${spared} ORDER BY expires_at LIMIT ${BATCH})`;
    let deleted = 0;
    for (let batch = BATCH; batch === BATCH; deleted += batch) {
      batch = await this.unitOfWork.run((transaction) => transaction.change(sql, [this.clock.now()]));
    }
    return deleted;
  }
}
