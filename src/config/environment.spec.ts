import { environment, settingsFromEnvironment } from './environment';

describe('the environment', () => {
  it('is that of the process', () => {
    expect(environment()).toBe(process.env);
  });

  it('is where the settings of the process come from', () => {
    const before = process.env['RATE_LIMIT_LOGIN_TOTAL'];
    process.env['RATE_LIMIT_LOGIN_TOTAL'] = '12345';
    try {
      expect(settingsFromEnvironment().rateLimits.loginTotal).toBe(12_345);
    } finally {
      if (before === undefined) {
        delete process.env['RATE_LIMIT_LOGIN_TOTAL'];
      } else {
        process.env['RATE_LIMIT_LOGIN_TOTAL'] = before;
      }
    }
  });
});
