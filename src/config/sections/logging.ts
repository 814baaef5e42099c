import { setting, SettingProblem } from '../setting';
import type { LogLevel } from '../settings';
import { oneOf } from '../value-parsers';

const parseLevel = oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent');

/** How much is logged. */
export const loggingSettings = {
  logLevel: setting<LogLevel>({
    name: 'LOG_LEVEL',
    default: 'info',
    unit: '`fatal`, `error`, `warn`, `info`, `debug`, `trace` or `silent`',
    meaning: 'The least important messages that are logged; `debug` and `trace` are refused in production.',
    parse: (value, { mode }) => {
      const level = parseLevel(value);
      if (mode === 'production' && (level === 'debug' || level === 'trace')) {
        throw new SettingProblem('must be info or quieter in production');
      }
      return level;
    },
  }),
};
