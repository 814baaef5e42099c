import { Injectable } from '@nestjs/common';

/** Where the house reads the time; tests put a clock of their own in its place. */
export abstract class Clock {
  /** @returns the present instant in epoch milliseconds */
  abstract now(): number;
}

/** The machine's clock. */
@Injectable()
export class SystemClock extends Clock {
  now(): number {
    return Date.now();
  }
}
