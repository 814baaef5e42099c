import type { LoggerService } from '@nestjs/common';
import type { LogLevel } from '../config/settings';
import type { Log } from './log';

/** Who in Nest tells every module and route that it sets up; news to nobody but a debugger. */
const SETTING_UP: ReadonlySet<unknown> = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
]);

/** Who in Nest tells an error before throwing it on to somebody who tells it better. */
const THROWING_ON: ReadonlySet<unknown> = new Set(['ExceptionHandler', 'NestApplication']);

/** Lets Nest and its modules write to the {@link Log}: the last argument of each call is the name of the writer. */
export class NestLog implements LoggerService {
  constructor(private readonly target: Log) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.write(SETTING_UP.has(rest.at(-1)) ? 'debug' : 'info', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write(THROWING_ON.has(rest.at(-1)) ? 'debug' : 'error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  private write(level: Exclude<LogLevel, 'silent'>, message: unknown, rest: readonly unknown[]): void {
    if (!this.target.isLevelEnabled(level)) return;
    const context = rest.at(-1);
    const writer = typeof context === 'string' ? { context } : {};
    const details = typeof context === 'string' ? rest.slice(0, -1) : rest;
    const more = details.length === 0 ? {} : { details };
    if (message instanceof Error) this.target[level]({ ...writer, ...more, err: message }, message.message);
    else if (typeof message === 'string') this.target[level]({ ...writer, ...more }, message);
    else this.target[level]({ ...writer, ...more, message });
  }
}
