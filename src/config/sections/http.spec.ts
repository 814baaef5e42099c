import { loadSettings } from '../load-settings';

const originsOf = (value: string): readonly string[] => loadSettings({ CORS_ORIGINS: value }).http.corsOrigins;
const proxiesOf = (value: string): readonly string[] => loadSettings({ TRUSTED_PROXIES: value }).http.trustedProxies;

describe('CORS_ORIGINS', () => {
  it('is a list of exact origins', () => {
    const origins = [
      'https://app.example.com',
      'http://localhost:5173',
      'http://[::1]:8080',
      'http://127.0.0.1',
      'capacitor://localhost',
    ];
    expect(originsOf(origins.join(' , '))).toEqual(origins);
  });

  it.each([
    'https://app.example.com/',
    'https://app.example.com/path',
    'https://app.example.com?',
    'https://App.example.com',
    'https://app.example.com:443',
    'https://user@app.example.com',
    'https://*.example.com',
    'https://bücher.example',
    'http://127.1',
    'http://a:99999',
    'app.example.com',
    'null',
    'https://a.example,,https://b.example',
  ])('has no room for %s (RFC 6454 §6.2)', (value) => {
    expect(() => originsOf(value)).toThrow('CORS_ORIGINS must list exact origins');
  });

  it('says which entry is no origin', () => {
    expect(() => originsOf('https://a.example,https://b.example/')).toThrow('(entry 2 is none)');
  });

  it('may be * alone, in development only', () => {
    expect(originsOf('*')).toEqual(['*']);
    expect(() => originsOf('*,https://a.example')).toThrow(
      'CORS_ORIGINS must be either * or a list of origins, not both.',
    );
    expect(() => loadSettings({ NODE_ENV: 'test', CORS_ORIGINS: '*' })).toThrow('CORS_ORIGINS must name each origin');
  });
});

describe('TRUSTED_PROXIES', () => {
  it('is a list of addresses and ranges', () => {
    const proxies = ['10.0.0.0/8', '192.0.2.1', '::1', 'fd00::/8', '127.0.0.1/32'];
    expect(proxiesOf(proxies.join(','))).toEqual(proxies);
  });

  it.each([
    'loopback',
    'true',
    '1',
    '10',
    '127.1',
    '010.0.0.1',
    '0x7f.0.0.1',
    '10.0.0.0/33',
    '10.1/8',
    '010.0.0.0/8',
    '10.0.0.0/255.0.0.0',
    'proxy.internal',
    '10.0.0.1,',
  ])('has no room for %s', (value) => {
    expect(() => proxiesOf(value)).toThrow('TRUSTED_PROXIES must list IP addresses or CIDR ranges');
  });

  it.each(['0.0.0.0/0', '::/0', '10.0.0.0/8,10.0.0.0/0'])('never trusts every address, as %s would', (value) => {
    expect(() => proxiesOf(value)).toThrow('TRUSTED_PROXIES must not trust every address');
  });
});
