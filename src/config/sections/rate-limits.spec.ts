import { loadSettings } from '../load-settings';

const LIMITS = {
  loginPerAccount: 'RATE_LIMIT_LOGIN_PER_ACCOUNT',
  sessionsPerAccount: 'RATE_LIMIT_SESSIONS_PER_ACCOUNT',
  loginPerAddress: 'RATE_LIMIT_LOGIN_PER_ADDRESS',
  loginTotal: 'RATE_LIMIT_LOGIN_TOTAL',
  registrationPerAddress: 'RATE_LIMIT_REGISTRATION_PER_ADDRESS',
  registrationTotal: 'RATE_LIMIT_REGISTRATION_TOTAL',
  refreshPerAccount: 'RATE_LIMIT_REFRESH_PER_ACCOUNT',
  refreshPerAddress: 'RATE_LIMIT_REFRESH_PER_ADDRESS',
  refreshTotal: 'RATE_LIMIT_REFRESH_TOTAL',
} as const;

describe('rate limits', () => {
  it('are taken each from its own variable', () => {
    const variables = Object.values(LIMITS).map((name, i) => [name, `${i + 1}`]);
    const expected = Object.keys(LIMITS).map((key, i) => [key, i + 1]);
    expect(loadSettings(Object.fromEntries(variables)).rateLimits).toEqual(Object.fromEntries(expected));
  });

  it.each(Object.values(LIMITS))('cannot be switched off: %s is 1 at least', (name) => {
    expect(() => loadSettings({ [name]: '0' })).toThrow(`${name} must be a whole number from 1 to 1000000000.`);
  });
});
