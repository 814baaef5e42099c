import { setting } from '../setting';
import { duration, DURATION_UNIT } from '../value-parsers';

/** How long people stay signed in in their browsers, in seconds. */
export const sessionSettings = {
  idle: setting({
    name: 'SESSION_IDLE_LIFETIME',
    default: '1d',
    unit: DURATION_UNIT,
    meaning: 'How long a person stays signed in at this server in a browser that is not used, for single sign-on.',
    parse: duration('1m', '3650d'),
  }),
  absolute: setting({
    name: 'SESSION_ABSOLUTE_LIFETIME',
    default: '30d',
    unit: DURATION_UNIT,
    meaning: 'How long a person stays signed in at this server in a browser at most, however often it is used.',
    parse: duration('1m', '3650d'),
  }),
};
