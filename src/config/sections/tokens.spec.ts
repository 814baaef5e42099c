import { loadSettings } from '../load-settings';

describe('lifetimes of tokens', () => {
  it.each([
    ['ACCESS_TOKEN_LIFETIME', '0', '1s to 1d'],
    ['ACCESS_TOKEN_LIFETIME', '25h', '1s to 1d'],
    ['ID_TOKEN_LIFETIME', '59', '1m to 1d'],
    ['REFRESH_TOKEN_LIFETIME', '0', '1s to 3650d'],
    ['REFRESH_TOKEN_ABSOLUTE_LIFETIME', '3651d', '1s to 3650d'],
    ['REFRESH_REUSE_LEEWAY', '301', '0s to 5m'],
    ['CLOCK_TOLERANCE', '61', '0s to 60s'],
  ])('%s is not %s', (name, value, bounds) => {
    expect(() => loadSettings({ [name]: value })).toThrow(new RegExp(`^${name} must be .* from ${bounds}\\.$`));
  });

  it('may leave no leeway and no tolerance', () => {
    const { tokens } = loadSettings({ REFRESH_REUSE_LEEWAY: '0', CLOCK_TOLERANCE: '0' });
    expect(tokens).toMatchObject({ refreshReuseLeeway: 0, clockTolerance: 0 });
  });

  it('are taken in seconds, each from its own variable', () => {
    const { tokens } = loadSettings({
      ACCESS_TOKEN_LIFETIME: '1m',
      ID_TOKEN_LIFETIME: '90',
      REFRESH_TOKEN_LIFETIME: '2m',
      REFRESH_TOKEN_ABSOLUTE_LIFETIME: '3m',
      REFRESH_REUSE_LEEWAY: '4m',
      CLOCK_TOLERANCE: '5',
    });
    expect(tokens).toEqual({
      accessTokenLifetime: 60,
      idTokenLifetime: 90,
      refreshTokenLifetime: 120,
      refreshTokenAbsoluteLifetime: 180,
      refreshReuseLeeway: 240,
      clockTolerance: 5,
      audience: 'http://localhost:3000',
    });
  });
});

describe('TOKEN_COOKIES', () => {
  it('is on or off', () => {
    expect(loadSettings({ TOKEN_COOKIES: 'on' }).tokenCookies).toBe(true);
    expect(loadSettings({ TOKEN_COOKIES: 'off' }).tokenCookies).toBe(false);
    expect(() => loadSettings({ TOKEN_COOKIES: 'true' })).toThrow('TOKEN_COOKIES must be on or off.');
  });
});
