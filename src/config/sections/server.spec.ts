import { loadSettings } from '../load-settings';

const issuerOf = (issuer: string): string => loadSettings({ ISSUER: issuer }).issuer;
const hostOf = (host: string): string => loadSettings({ HOST: host }).listen.host;

describe('ISSUER', () => {
  it.each([
    'https://id.example.com',
    'https://id.example.com:8443',
    'https://example.com/gate',
    'http://gatehouse:3000',
    'http://[::1]:3000',
  ])('is kept byte for byte: %s', (issuer) => {
    expect(issuerOf(issuer)).toBe(issuer);
  });

  it.each([
    'id.example.com',
    'localhost:3000',
    'ftp://id.example.com',
    'file:///etc',
    'https:id.example.com',
    'https://',
    'https://a b',
  ])('is an absolute http(s) URL (RFC 8414 §2), unlike %s', (issuer) => {
    expect(() => issuerOf(issuer)).toThrow('ISSUER must be an absolute URL');
  });

  it.each([
    'https://id.example.com?a=1',
    'https://id.example.com/?',
    'https://id.example.com#x',
    'https://id.example.com/a#',
  ])('has neither query nor fragment (RFC 8414 §2), unlike %s', (issuer) => {
    expect(() => issuerOf(issuer)).toThrow('ISSUER must not have a query or a fragment');
  });

  it.each(['https://id.example.com/', 'https://id.example.com/gate/'])(
    'does not end with a slash, unlike %s',
    (issuer) => {
      expect(() => issuerOf(issuer)).toThrow('ISSUER must not end with a slash.');
    },
  );

  it.each(['https://user@id.example.com', 'https://user:pass@id.example.com', 'https://:pass@id.example.com'])(
    'holds no credentials, unlike %s',
    (issuer) => {
      expect(() => issuerOf(issuer)).toThrow('ISSUER must not hold a user name or a password');
    },
  );

  it.each([
    'https://ID.example.com',
    'HTTPS://id.example.com',
    'https://id.example.com:443',
    'http://127.1',
    'https://id.example.com/a/../b',
    'https://id.example.com/a b',
    'https://bücher.example',
  ])('is in normal form, so that clients which normalise URLs find the same issuer, unlike %s', (issuer) => {
    expect(() => issuerOf(issuer)).toThrow('ISSUER must be in normal form');
  });
});

describe('HOST', () => {
  it.each(['localhost', '127.0.0.1', '::', '::1', '0.0.0.0', 'gate-1.internal', 'my_host'])('may be %s', (host) => {
    expect(hostOf(host)).toBe(host);
  });

  it.each([
    'http://localhost',
    'localhost:3000',
    '[::1]',
    '300.0.0.1',
    '127.1',
    '-a',
    'a..b',
    'a b',
    '*',
    '/tmp/socket',
  ])('is an address or a name alone, unlike %s', (host) => {
    expect(() => hostOf(host)).toThrow('HOST must be an IP address or a host name alone');
  });

  it('is the loopback in development alone', () => {
    expect(loadSettings({ NODE_ENV: 'development' }).listen.host).toBe('localhost');
    expect(loadSettings({ NODE_ENV: 'test' }).listen.host).toBe('0.0.0.0');
  });
});

describe('PORT', () => {
  it('is 65535 at most', () => {
    expect(loadSettings({ PORT: '65535' }).listen.port).toBe(65_535);
    expect(() => loadSettings({ PORT: '65536' })).toThrow('PORT must be a whole number from 0 to 65535.');
  });
});
