const wanted = process.env['TEST_RACE_ROUNDS'];

if (wanted !== undefined && !/^[1-9]\d{0,4}$/.test(wanted)) {
  throw new Error(
    `TEST_RACE_ROUNDS says how often each race is run, from 1 to 99999; ${JSON.stringify(wanted)} is no such number.`,
  );
}

/**
 * How often a race over something that is good once is run: the long form, before a release, is `TEST_RACE_ROUNDS=200`.
 * @param usual how often it is without that, which every run can afford
 */
export function raceRounds(usual: number): number {
  return wanted === undefined ? usual : Number(wanted);
}

/** How much longer a test may take than without TEST_RACE_ROUNDS, in milliseconds. */
export const MORE_PATIENCE = 5_000 * raceRounds(0);
