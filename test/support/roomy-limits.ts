import type { DatabaseRows } from './database-rows';

/** Settings for tests that are not about rate limits and send more requests than one address is allowed. */
export const ROOMY_LIMITS: Readonly<Record<string, string>> = {
  RATE_LIMIT_LOGIN_PER_ACCOUNT: '10000',
  RATE_LIMIT_LOGIN_PER_ADDRESS: '10000',
  RATE_LIMIT_LOGIN_TOTAL: '10000',
  RATE_LIMIT_SESSIONS_PER_ACCOUNT: '10000',
  RATE_LIMIT_REGISTRATION_PER_ADDRESS: '10000',
  RATE_LIMIT_REGISTRATION_TOTAL: '10000',
};

/**
 * Ends the windows of all limits, as time would: between two rounds of a race, none of which comes near a limit by itself. The limits stay as they are,
 * and a round in which one is reached shows it.
 */
export async function endLimitWindows(rows: DatabaseRows): Promise<void> {
  await rows.query('DELETE FROM rate_limits');
}
