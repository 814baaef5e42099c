import { loadSettings } from '../load-settings';

describe('LOG_LEVEL', () => {
  it.each(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])('may be %s in development', (level) => {
    expect(loadSettings({ LOG_LEVEL: level }).logLevel).toBe(level);
  });

  it('is none but these', () => {
    expect(() => loadSettings({ LOG_LEVEL: 'verbose' })).toThrow(
      'LOG_LEVEL must be fatal, error, warn, info, debug, trace or silent.',
    );
  });
});
