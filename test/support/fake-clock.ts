import { Clock } from '../../src/config/clock';

/** A clock that stands still until a test moves it. */
export class FakeClock extends Clock {
  private instant: number;

  /** @param start the first instant: epoch milliseconds, or text that `Date.parse` reads */
  constructor(start: number | string = '2026-11-24T09:00:00Z') {
    super();
    this.instant = typeof start === 'number' ? start : Date.parse(start);
  }

  now(): number {
    return this.instant;
  }

  /** Moves the time on to that of the system's clock, by which processes go. */
  follow(): void {
    this.instant = Date.now();
  }

  /** Moves the time on, or back with a negative number. */
  advance(seconds: number): void {
    this.instant += seconds * 1_000;
  }
}
