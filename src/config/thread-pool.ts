import { availableParallelism } from 'node:os';

/** Threads beside those that hash passwords: for the database file and the look-up of names. */
const SPARE = 2;

/**
 * Gives libuv's pool a thread for each core and some to spare, unless the operator has set UV_THREADPOOL_SIZE: the default of four
 * would let password hashes keep the database waiting. Works only before the pool is first used.
 */
export function sizeThreadPool(): void {
  process.env['UV_THREADPOOL_SIZE'] ??= String(Math.max(4, availableParallelism() + SPARE));
}

/** What the operator or {@link sizeThreadPool} has made of UV_THREADPOOL_SIZE, as libuv will read it. */
export function threadPoolVariable(): string | undefined {
  return process.env['UV_THREADPOOL_SIZE'];
}
