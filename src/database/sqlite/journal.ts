import { setTimeout as sleep } from 'node:timers/promises';
import { type DataSource, QueryFailedError } from 'typeorm';
import { BUSY_TIMEOUT } from '../data-source-options';

/**
 * Turns on the write-ahead log, so that readers and the writer do not wait for each other, and has every commit on the disk before it
 * is acknowledged. SQLite itself does not wait for a process that is turning it on at the same moment.
 */
export async function useWriteAheadLog(dataSource: DataSource): Promise<void> {
  const giveUpAt = performance.now() + BUSY_TIMEOUT;
  for (;;) {
    try {
      await dataSource.query('PRAGMA journal_mode = WAL');
      break;
    } catch (error) {
      if (!isLocked(error) || performance.now() > giveUpAt) throw error;
      await sleep(20);
    }
  }
  await dataSource.query('PRAGMA synchronous = FULL');
}

function isLocked(error: unknown): boolean {
  return error instanceof QueryFailedError && (error.driverError as { code?: unknown }).code === 'SQLITE_BUSY';
}
