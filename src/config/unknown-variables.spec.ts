import { ALL_SETTINGS } from './schema';
import { unknownVariableProblems } from './unknown-variables';

const NAMES = ALL_SETTINGS.map(({ name }) => name);

function problemsOf(...variables: string[]): readonly string[] {
  return unknownVariableProblems(Object.fromEntries(variables.map((name) => [name, 'x'])), NAMES);
}

describe('an unknown variable', () => {
  it.each([
    ['ISUER', 'ISSUER'],
    ['ISSUER_URL', 'ISSUER'],
    ['PROT', 'PORT'],
    ['HSOT', 'HOST'],
    ['DATABASE_ULR', 'DATABASE_URL'],
    ['DATABASE_POOL_MAXIMUM', 'DATABASE_POOL_SIZE'],
    ['ACCESS_TOKEN_LIFTIME', 'ACCESS_TOKEN_LIFETIME'],
    ['ACCESS_TOKEN_TTL', 'ACCESS_TOKEN_LIFETIME'],
    ['REFRESH_LEEWAY', 'REFRESH_REUSE_LEEWAY'],
    ['CLOCK_SKEW', 'CLOCK_TOLERANCE'],
    ['KEY_ENCRYPTION_KEYS', 'KEY_ENCRYPTION_KEY'],
    ['KEY_ENCRYPTION_KEY_FILE', 'KEY_ENCRYPTION_KEY'],
    ['KEY_ROTATION', 'KEY_ROTATION_INTERVAL'],
    ['CORS_ALLOWED_ORIGINS', 'CORS_ORIGINS'],
    ['TRUSTED_PROXY', 'TRUSTED_PROXIES'],
    ['TOKEN_COOKIE', 'TOKEN_COOKIES'],
    ['REGISTRATIONS', 'REGISTRATION'],
    ['REGSTRATON', 'REGISTRATION'],
    ['LOGLEVEL', 'LOG_LEVEL'],
    ['ADMIN_MAIL', 'ADMIN_EMAIL'],
    ['RATE_LIMIT_LOGIN', 'RATE_LIMIT_LOGIN_TOTAL'],
    ['access_token_lifetime', 'ACCESS_TOKEN_LIFETIME'],
  ])('%s that looks like ours gets a did-you-mean: %s', (variable, meant) => {
    expect(problemsOf(variable)).toEqual([
      `Rename ${variable} or remove it: there is no such setting; did you mean ${meant}?`,
    ]);
  });

  it('that has nothing to do with us is left alone', () => {
    const foreign = [
      ...[
        'PATH',
        'HOME',
        'HOSTNAME',
        'HOSTTYPE',
        'HOSTS',
        'PORTABLE',
        'PORTS',
        'SPORT',
        'LOGNAME',
        'USER',
        'LANG',
        'TERM',
        'PWD',
      ],
      ...['POSTGRES_USER', 'POSTGRES_PASSWORD', 'POSTGRES_HOST', 'PGHOST', 'PGPORT', 'PGDATABASE', 'TEST_DATABASE_URL'],
      ...[
        'npm_config_port',
        'npm_config_loglevel',
        'npm_lifecycle_event',
        'npm_package_name',
        'NODE_OPTIONS',
        'NODE_PATH',
      ],
      ...[
        'JEST_WORKER_ID',
        'CI',
        'GITHUB_TOKEN',
        'ACTIONS_ID_TOKEN_REQUEST_URL',
        'REGISTRATION_TOKEN',
        'REDIS_URL',
        'SSH_AUTH_SOCK',
      ],
      ...[
        'DATABASE_PRIVATE_URL',
        'DATABASE_URL_UNPOOLED',
        'AWS_ACCESS_KEY_ID',
        'HTTP_PROXY',
        'no_proxy',
        'host',
        'port',
        'DYNO',
      ],
    ];
    expect(problemsOf(...foreign)).toEqual([]);
  });

  it('that Kubernetes sets for a service is left alone', () => {
    expect(
      problemsOf(
        'REFRESH_API_SERVICE_HOST',
        'KEY_STORE_SERVICE_PORT_HTTP',
        'KEY_STORE_PORT',
        'KEY_STORE_PORT_80_TCP_ADDR',
      ),
    ).toEqual([]);
  });

  it('is no complaint when it is ours', () => {
    expect(problemsOf(...NAMES)).toEqual([]);
  });

  it('that Windows lists in its own case is ours when it is the same variable', () => {
    expect(unknownVariableProblems({ issuer: 'x', ISSUER: 'x' }, NAMES)).toEqual([]);
    expect(unknownVariableProblems({ issuer: 'x', ISSUER: 'y' }, NAMES)).toHaveLength(1);
  });
});
