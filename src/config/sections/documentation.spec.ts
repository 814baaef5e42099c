import { randomBytes } from 'node:crypto';
import { loadSettings } from '../load-settings';

const PRODUCTION = {
  NODE_ENV: 'production',
  ISSUER: 'https://id.example.com',
  KEY_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
};

describe('API_DOCS', () => {
  it('is on for developers and tests', () => {
    expect(loadSettings({}).apiDocs).toBe(true);
    expect(loadSettings({ NODE_ENV: 'test' }).apiDocs).toBe(true);
    expect(loadSettings({ API_DOCS: 'off' }).apiDocs).toBe(false);
  });

  it('INJ-16: is off in production unless it is switched on', () => {
    expect(loadSettings(PRODUCTION).apiDocs).toBe(false);
    expect(loadSettings({ ...PRODUCTION, API_DOCS: 'on' }).apiDocs).toBe(true);
  });

  it('is on or off and nothing else', () => {
    expect(() => loadSettings({ API_DOCS: 'yes' })).toThrow('API_DOCS must be on or off');
  });
});
