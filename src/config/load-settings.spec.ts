import { InvalidSettings } from './invalid-settings';
import { loadSettings } from './load-settings';
import { OAUTH_FEATURE_DEFAULTS } from './oauth-features';
import { ALL_SETTINGS } from './schema';
import type { Settings } from './settings';
import { StartupError } from './startup-error';

type Environment = Record<string, string | undefined>;

function problemsOf(environment: Environment): readonly string[] {
  try {
    loadSettings(environment);
    return [];
  } catch (error) {
    if (error instanceof InvalidSettings) {
      return error.problems;
    }
    throw error;
  }
}

describe('settings of an empty environment', () => {
  it('are the documented defaults', () => {
    expect(loadSettings({})).toEqual<Settings>({
      mode: 'development',
      issuer: 'http://localhost:3000',
      serviceName: 'Gatehouse',
      listen: { host: 'localhost', port: 3000, tls: null },
      shutdownDelay: 0,
      database: { kind: 'sqlite', file: 'data/gatehouse.sqlite' },
      tokens: {
        accessTokenLifetime: 900,
        idTokenLifetime: 3_600,
        refreshTokenLifetime: 14 * 86_400,
        refreshTokenAbsoluteLifetime: 90 * 86_400,
        refreshReuseLeeway: 30,
        clockTolerance: 10,
        audience: 'http://localhost:3000',
      },
      sessions: { idle: 86_400, absolute: 30 * 86_400 },
      keys: { encryptionKeys: [], rotationInterval: 90 * 86_400 },
      dpopNonce: 'optional',
      selfRegisteredLogos: false,
      oauthFeatures: OAUTH_FEATURE_DEFAULTS,
      clientDocuments: { hosts: [], deniedHosts: [] },
      outbound: { loopback: false },
      http: { corsOrigins: [], trustedProxies: [] },
      apiDocs: true,
      tokenCookies: false,
      registration: 'open',
      logLevel: 'info',
      auditRetention: 400 * 86_400,
      firstAdministrator: null,
      rateLimits: {
        loginPerAccount: 10,
        loginPerAddress: 100,
        loginTotal: 3_000,
        sessionsPerAccount: 100,
        registrationPerAddress: 20,
        registrationTotal: 1_000,
        refreshPerAccount: 600,
        refreshPerAddress: 6_000,
        refreshTotal: 600_000,
      },
    });
  });

  it('are the same for variables that are blank', () => {
    const blank = Object.fromEntries(ALL_SETTINGS.map(({ name }, i) => [name, i % 2 === 0 ? '' : ' ']));
    expect(loadSettings(blank)).toEqual(loadSettings({}));
  });
});

describe('loaded settings', () => {
  it('are taken from the environment, spaces around the values apart', () => {
    const settings = loadSettings({
      NODE_ENV: 'test',
      ISSUER: ' https://id.example.com ',
      HOST: '::1',
      PORT: '8080\r',
      DATABASE_URL: 'postgres://u:p@db/gatehouse',
      DATABASE_POOL_SIZE: '4',
      ACCESS_TOKEN_LIFETIME: '5m',
      TOKEN_COOKIES: 'on',
      REGISTRATION: 'closed',
      LOG_LEVEL: 'debug',
      CORS_ORIGINS: 'https://a.example, https://b.example',
      TRUSTED_PROXIES: '10.0.0.0/8,::1',
      RATE_LIMIT_LOGIN_TOTAL: '7',
    });
    expect(settings).toMatchObject({
      mode: 'test',
      issuer: 'https://id.example.com',
      serviceName: 'Gatehouse',
      listen: { host: '::1', port: 8080, tls: null },
      database: { kind: 'postgres', url: 'postgres://u:p@db/gatehouse', poolSize: 4 },
      tokens: { accessTokenLifetime: 300, audience: 'https://id.example.com' },
      tokenCookies: true,
      registration: 'closed',
      logLevel: 'debug',
      http: { corsOrigins: ['https://a.example', 'https://b.example'], trustedProxies: ['10.0.0.0/8', '::1'] },
      rateLimits: { loginTotal: 7 },
    });
  });

  it('are frozen to the last list', () => {
    const settings = loadSettings({
      CORS_ORIGINS: 'https://a.example',
      ADMIN_EMAIL: 'a@b.example',
      ADMIN_PASSWORD: 'long enough',
    });
    const parts: readonly unknown[] = [
      settings,
      ...Object.values(settings),
      settings.http.corsOrigins,
      settings.keys.encryptionKeys,
    ];
    for (const part of parts) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });
});

describe('bad settings', () => {
  const bad: Environment = {
    NODE_ENV: 'staging',
    ISSUER: 'secret-1',
    HOST: 'secret 2',
    PORT: 'secret-3',
    TLS_CERT: '-----BEGIN CERTIFICATE----- secret-28',
    TLS_KEY: '-----BEGIN PRIVATE KEY----- secret-29',
    DATABASE_URL: 'mysql://root:secret-4@db/x',
    DATABASE_POOL_SIZE: 'secret-5',
    ACCESS_TOKEN_LIFETIME: 'secret-6',
    ID_TOKEN_LIFETIME: 'secret-6',
    REFRESH_TOKEN_LIFETIME: 'secret-7',
    REFRESH_TOKEN_ABSOLUTE_LIFETIME: 'secret-8',
    REFRESH_REUSE_LEEWAY: 'secret-9',
    CLOCK_TOLERANCE: 'secret-10',
    TOKEN_COOKIES: 'secret-11',
    KEY_ENCRYPTION_KEY: 'secret-12',
    KEY_ROTATION_INTERVAL: 'secret-13',
    CORS_ORIGINS: 'secret-14',
    TRUSTED_PROXIES: 'secret-15',
    SERVICE_NAME: 'x'.repeat(61),
    REGISTRATION: 'secret-16',
    ADMIN_EMAIL: 'secret-17',
    ADMIN_PASSWORD: 'secret',
    LOG_LEVEL: 'secret-19',
    SHUTDOWN_DELAY: 'secret-20',
    API_DOCS: 'secret-21',
    AUDIT_RETENTION: 'secret-22',
    OAUTH_FEATURES: 'secret-25',
    DPOP_NONCE: 'secret-26',
    SELF_REGISTERED_LOGOS: 'secret-27',
    OUTBOUND_LOOPBACK: 'secret-26',
    CLIENT_DOCUMENT_HOSTS: 'secret 27',
    CLIENT_DOCUMENT_DENIED_HOSTS: '*.*.secret-28',
    SESSION_IDLE_LIFETIME: 'secret-23',
    SESSION_ABSOLUTE_LIFETIME: 'secret-24',
    ...Object.fromEntries(
      ALL_SETTINGS.filter(({ name }) => name.startsWith('RATE_LIMIT_')).map(({ name }) => [name, 'secret']),
    ),
  };

  it('are reported all at once, one sentence each that begins with the name of the variable', () => {
    const problems = problemsOf(bad);
    expect(problems.map((problem) => problem.split(' ')[0]).sort()).toEqual(
      ALL_SETTINGS.map(({ name }) => name).sort(),
    );
    for (const problem of problems) {
      expect(problem).toMatch(/^[A-Z_]+ must [^\n]+\.$/);
    }
  });

  it('are never repeated in the report', () => {
    const report = new InvalidSettings(problemsOf({ ...bad, ISSUER_URL: 'secret-20' }));
    expect(`${report.message} ${report.stack}`).not.toContain('secret');
    expect(report.message.split('\n')).toEqual(report.problems);
  });

  it('keep the service from starting, as an error for the operator', () => {
    expect(new InvalidSettings(['x'])).toBeInstanceOf(StartupError);
    expect(new InvalidSettings(['x']).name).toBe('InvalidSettings');
  });

  it('stand beside a misspelt name', () => {
    expect(problemsOf({ PORT: 'http', ACCESS_TOKEN_TTL: '5m' })).toEqual([
      'PORT must be a whole number from 0 to 65535.',
      'Rename ACCESS_TOKEN_TTL or remove it: there is no such setting; did you mean ACCESS_TOKEN_LIFETIME?',
    ]);
  });

  it('do not bring up contradictions that the bad value alone makes', () => {
    expect(problemsOf({ REFRESH_TOKEN_LIFETIME: '30d', REFRESH_TOKEN_ABSOLUTE_LIFETIME: 'x' })).toHaveLength(1);
    expect(problemsOf({ REFRESH_TOKEN_LIFETIME: '120d', REFRESH_TOKEN_ABSOLUTE_LIFETIME: 'x' })).toHaveLength(1);
  });
});
