import { loadSettings } from './load-settings';

describe('settings among each other', () => {
  it('refuse an idle lifetime of refresh tokens beyond their absolute lifetime', () => {
    expect(() => loadSettings({ REFRESH_TOKEN_ABSOLUTE_LIFETIME: '7d' })).toThrow(
      'Set REFRESH_TOKEN_LIFETIME (1209600 s) to at most REFRESH_TOKEN_ABSOLUTE_LIFETIME (604800 s).',
    );
    const { tokens } = loadSettings({ REFRESH_TOKEN_LIFETIME: '7d', REFRESH_TOKEN_ABSOLUTE_LIFETIME: '7d' });
    expect(tokens.refreshTokenLifetime).toBe(tokens.refreshTokenAbsoluteLifetime);
  });

  it('let the default issuer follow the port, also to 0 in tests', () => {
    expect(loadSettings({ PORT: '8080' }).issuer).toBe('http://localhost:8080');
    expect(loadSettings({ PORT: '0', NODE_ENV: 'test' }).issuer).toBe('http://localhost:0');
  });

  it('refuse port 0 with the default issuer, which could not be true', () => {
    expect(() => loadSettings({ PORT: '0' })).toThrow('Set ISSUER, or PORT to another number than 0');
    expect(loadSettings({ PORT: '0', ISSUER: 'http://localhost:1' }).listen.port).toBe(0);
  });

  it('speak TLS by a certificate and its key together, at an https issuer', () => {
    const files = { TLS_CERT: '/etc/tls/certificate.pem', TLS_KEY: '/etc/tls/key.pem' };
    const { listen } = loadSettings({ ...files, ISSUER: 'https://id.example.com' });
    expect(listen.tls).toEqual({ certificate: files.TLS_CERT, key: files.TLS_KEY });
    expect(loadSettings({ ISSUER: 'https://id.example.com' }).listen.tls).toBeNull();
    expect(() => loadSettings({ ...files, ISSUER: 'http://localhost:3000' })).toThrow('Set ISSUER to an address that');
    expect(() => loadSettings(files)).toThrow('Set ISSUER to an address that begins with https://');
    expect(() => loadSettings({ TLS_CERT: files.TLS_CERT })).toThrow('Set TLS_KEY too, or remove TLS_CERT');
    expect(() => loadSettings({ TLS_KEY: files.TLS_KEY })).toThrow('Set TLS_CERT too, or remove TLS_KEY');
  });

  it('make the first administrator of an e-mail address and a password together', () => {
    const { firstAdministrator } = loadSettings({ ADMIN_EMAIL: 'root@example.com', ADMIN_PASSWORD: 'correct horse' });
    expect(firstAdministrator).toEqual({ email: 'root@example.com', password: 'correct horse' });
  });

  it('refuse half an administrator', () => {
    expect(() => loadSettings({ ADMIN_EMAIL: 'root@example.com' })).toThrow(
      'Set ADMIN_PASSWORD too, or remove ADMIN_EMAIL',
    );
    expect(() => loadSettings({ ADMIN_PASSWORD: 'correct horse' })).toThrow(
      'Set ADMIN_EMAIL too, or remove ADMIN_PASSWORD',
    );
  });
});
