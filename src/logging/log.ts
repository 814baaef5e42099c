import { type Logger, pino, stdTimeFunctions } from 'pino';
import type { LogLevel } from '../config/settings';
import { loggable, loggableText } from './loggable';

/** Injection token of the {@link Log}. */
export const LOG = Symbol('Log');

/** Where the house writes what operators should know: one JSON object a line, without secrets. */
export type Log = Logger;

/**
 * Makes the log. Whatever is handed to it goes through {@link loggable}.
 * @param write gets each line, with its newline, instead of standard output
 */
export function createLog(level: LogLevel, write?: (line: string) => void): Log {
  return pino(
    {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => loggable(fields) as Record<string, unknown>,
      },
      // Errors are rendered by `loggable`; pino's own serializer would add their fields.
      serializers: { err: (value: unknown) => value },
      hooks: {
        logMethod(this: Logger, parameters, method) {
          const texts = parameters.map((part: unknown) => (typeof part === 'string' ? loggableText(part) : part));
          method.apply(this, texts as typeof parameters);
        },
      },
    },
    write === undefined ? pino.destination({ fd: 1, sync: false }) : { write },
  );
}
