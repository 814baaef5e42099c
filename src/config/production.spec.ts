import { randomBytes } from 'node:crypto';
import { loadSettings } from './load-settings';
import { DOCUMENTED_EXAMPLE_KEY } from './sections/keys';

const PRODUCTION = {
  NODE_ENV: 'production',
  ISSUER: 'https://id.example.com',
  KEY_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
};

function start(changes: Record<string, string | undefined>): () => unknown {
  return () => loadSettings({ ...PRODUCTION, ...changes });
}

describe('production', () => {
  it('starts with an issuer and a key, and listens on every address', () => {
    expect(loadSettings(PRODUCTION)).toMatchObject({
      mode: 'production',
      listen: { host: '0.0.0.0', port: 3000 },
      shutdownDelay: 5,
    });
  });

  it('OPS-08: refuses to start without an issuer or without a key', () => {
    expect(start({ ISSUER: undefined })).toThrow('Set ISSUER in production: ');
    expect(start({ KEY_ENCRYPTION_KEY: '' })).toThrow('Set KEY_ENCRYPTION_KEY in production: ');
  });

  it('OPS-08: refuses to start with an http issuer, loopback addresses apart', () => {
    for (const issuer of [
      'http://id.example.com',
      'http://10.0.0.1:3000',
      'http://localhost.example.com',
      'http://127.0.0.1.nip.io',
    ]) {
      expect(start({ ISSUER: issuer })).toThrow('ISSUER must begin with https:// in production');
    }
    for (const issuer of [
      'http://localhost:3000',
      'http://id.localhost',
      'http://127.0.0.1:3000',
      'http://[::1]:3000',
    ]) {
      expect(start({ ISSUER: issuer })).not.toThrow();
    }
  });

  it('OPS-08: refuses to start with a short key', () => {
    expect(start({ KEY_ENCRYPTION_KEY: randomBytes(31).toString('base64') })).toThrow(
      'KEY_ENCRYPTION_KEY must be 32 random bytes',
    );
  });

  it.each([
    ['all zero', Buffer.alloc(32)],
    ['one byte repeated', Buffer.alloc(32, 0x5a)],
    ['a word repeated', Buffer.alloc(32, 'changeme')],
    ['a sequence', Buffer.from(Array.from({ length: 32 }, (_, i) => 250 + i))],
    ['the example of the documentation', Buffer.from(DOCUMENTED_EXAMPLE_KEY, 'base64')],
  ])('OPS-08: refuses to start with a key that is %s', (_name, key) => {
    for (const text of [
      key.toString('base64'),
      key.toString('base64url'),
      `${PRODUCTION.KEY_ENCRYPTION_KEY},${key.toString('base64')}`,
    ]) {
      expect(start({ KEY_ENCRYPTION_KEY: text })).toThrow('KEY_ENCRYPTION_KEY must be random in production');
    }
    expect(() => loadSettings({ KEY_ENCRYPTION_KEY: key.toString('base64') })).not.toThrow();
  });

  it('OPS-08: refuses to start with a database in memory', () => {
    expect(start({ DATABASE_URL: 'sqlite::memory:' })).toThrow('DATABASE_URL must name a file after sqlite:');
  });

  it('OPS-08: refuses to start with CORS for every origin', () => {
    expect(start({ CORS_ORIGINS: '*' })).toThrow('CORS_ORIGINS must name each origin');
    expect(start({ CORS_ORIGINS: 'https://a.example,*' })).toThrow('CORS_ORIGINS must name each origin');
  });

  it('OPS-08: refuses to start with a debug or trace log', () => {
    expect(start({ LOG_LEVEL: 'debug' })).toThrow('LOG_LEVEL must be info or quieter in production');
    expect(start({ LOG_LEVEL: 'trace' })).toThrow('LOG_LEVEL must be info or quieter in production');
    expect(start({ LOG_LEVEL: 'info' })).not.toThrow();
  });

  it('OPS-08: refuses to start when strangers could have it fetch from its own machine', () => {
    expect(start({ OUTBOUND_LOOPBACK: 'on' })).toThrow('OUTBOUND_LOOPBACK must be off in production');
    expect(start({ OUTBOUND_LOOPBACK: 'off' })).not.toThrow();
    expect(loadSettings({ OUTBOUND_LOOPBACK: 'on' }).outbound.loopback).toBe(true);
  });

  it('OPS-08: is never taken for development because of a misspelt NODE_ENV', () => {
    for (const mode of ['prod', 'Production', 'PRODUCTION', 'staging']) {
      expect(() => loadSettings({ NODE_ENV: mode })).toThrow('NODE_ENV must be development, production or test');
    }
  });
});
