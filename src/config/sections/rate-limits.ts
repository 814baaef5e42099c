import { setting, type Setting } from '../setting';
import { wholeNumber } from '../value-parsers';

const FIVE_MINUTES = 'requests in 5 minutes';
const ONE_HOUR = 'requests in 1 hour';

function limit(name: string, requests: number, unit: string, meaning: string): Setting<number> {
  return setting({
    name: `RATE_LIMIT_${name}`,
    default: `${requests}`,
    unit,
    meaning,
    parse: wholeNumber(1, 1_000_000_000),
  });
}

/** How many requests are let through in a window. */
export const rateLimitSettings = {
  loginPerAccount: limit('LOGIN_PER_ACCOUNT', 10, FIVE_MINUTES, 'Sign-ins tried on one account.'),
  loginPerAddress: limit('LOGIN_PER_ADDRESS', 100, FIVE_MINUTES, 'Sign-ins tried from one address.'),
  loginTotal: limit('LOGIN_TOTAL', 3_000, FIVE_MINUTES, 'Sign-ins tried in all.'),
  sessionsPerAccount: limit('SESSIONS_PER_ACCOUNT', 100, ONE_HOUR, 'Sign-ins that succeed on one account.'),
  registrationPerAddress: limit(
    'REGISTRATION_PER_ADDRESS',
    20,
    ONE_HOUR,
    'Registrations and new e-mail addresses from one address.',
  ),
  registrationTotal: limit('REGISTRATION_TOTAL', 1_000, ONE_HOUR, 'Registrations and new e-mail addresses in all.'),
  refreshPerAccount: limit('REFRESH_PER_ACCOUNT', 600, FIVE_MINUTES, 'Refreshes for one account.'),
  refreshPerAddress: limit('REFRESH_PER_ADDRESS', 6_000, FIVE_MINUTES, 'Refreshes from one address.'),
  refreshTotal: limit('REFRESH_TOTAL', 600_000, FIVE_MINUTES, 'Refreshes in all.'),
};
