import { isIP } from 'node:net';
import { setting, SettingProblem, type SettingContext } from '../setting';
import type { Mode } from '../settings';
import { duration, DURATION_UNIT, oneOf, urlOrNull, wholeNumber } from '../value-parsers';

const HOST_NAME = /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*\.?$/i;

function parseHost(value: string): string {
  const looksNumeric = /^[\d.]+$/.test(value);
  if (isIP(value) === 0 && (looksNumeric || !HOST_NAME.test(value))) {
    throw new SettingProblem('must be an IP address or a host name alone, without scheme, port or brackets');
  }
  return value;
}

function isLoopback(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
}

function parseIssuer(value: string, { mode }: SettingContext): string {
  const url = urlOrNull(value);
  if (url === null || !/^https?:\/\//i.test(value)) {
    throw new SettingProblem('must be an absolute URL that begins with https:// (or http:// on a developer’s machine)');
  }
  // RFC 8414 §2: the issuer identifier has no query or fragment components.
  if (/[?#]/.test(value)) {
    throw new SettingProblem('must not have a query or a fragment: leave out what follows ? or #');
  }
  if (url.username !== '' || url.password !== '') {
    throw new SettingProblem('must not hold a user name or a password');
  }
  // RFC 8414 §3.3: clients compare the issuer octet by octet, so that one slash more is another issuer.
  if (value.endsWith('/')) {
    throw new SettingProblem('must not end with a slash');
  }
  if (url.href !== (url.pathname === '/' ? `${value}/` : value)) {
    throw new SettingProblem(
      'must be in normal form: lower-case scheme and host, no default port, nothing to resolve or escape in the path',
    );
  }
  // RFC 8414 §2: the issuer is an https URL. Deviation: plain http is accepted for loopback addresses, and outside production for any.
  if (mode === 'production' && url.protocol !== 'https:' && !isLoopback(url.hostname)) {
    throw new SettingProblem('must begin with https:// in production, unless its host is a loopback address');
  }
  return value;
}

function parseServiceName(value: string): string {
  if (value.length > 60 || /[\p{Cc}\p{Bidi_Control}]/u.test(value)) {
    throw new SettingProblem('must be one line of at most 60 characters');
  }
  return value;
}

/** Where the service runs, listens and is known. */
export const serverSettings = {
  mode: setting<Mode>({
    name: 'NODE_ENV',
    default: 'development',
    unit: '`development`, `production` or `test`',
    meaning: 'Where the service runs; `production` refuses to start with what is fit for a developer’s machine only.',
    parse: oneOf('development', 'production', 'test'),
  }),
  issuer: setting({
    name: 'ISSUER',
    default: '`http://localhost:<PORT>`; required in production',
    unit: 'URL',
    meaning:
      'The address by which clients know the service, byte for byte and without a trailing slash; it is never taken from a request. Production demands https, except on a loopback address.',
    specification: { title: 'RFC 8414 §2', url: 'https://www.rfc-editor.org/rfc/rfc8414#section-2' },
    requiredInProduction: 'the https:// address by which clients know the service, without a trailing slash',
    parse: parseIssuer,
    fallback: ({ port }) => `http://localhost:${port}`,
  }),
  serviceName: setting({
    name: 'SERVICE_NAME',
    default: 'Gatehouse',
    unit: 'text',
    meaning: 'What people are shown as the name of the service, on pages and in mails.',
    parse: parseServiceName,
  }),
  host: setting({
    name: 'HOST',
    default: '`localhost` in development, `0.0.0.0` otherwise',
    unit: 'IP address or host name',
    meaning:
      'Where to listen; `localhost` is every loopback address that the machine knows by that name (127.0.0.1 and ::1), `0.0.0.0` every IPv4 address, `::` every address.',
    parse: parseHost,
    fallback: ({ mode }) => (mode === 'development' ? 'localhost' : '0.0.0.0'),
  }),
  port: setting({
    name: 'PORT',
    default: '3000',
    unit: 'TCP port',
    meaning: 'The port to listen on; 0 takes a free one, for tests.',
    parse: wholeNumber(0, 65_535),
  }),
  shutdownDelay: setting({
    name: 'SHUTDOWN_DELAY',
    default: '`5s` in production, `0s` otherwise',
    unit: DURATION_UNIT,
    meaning:
      'How long everything is still served after SIGTERM, while `/health/ready` says no and answers close their connections, so that load balancers move on before the service stops to listen.',
    parse: duration('0s', '5m'),
    fallback: ({ mode }) => (mode === 'production' ? 5 : 0),
  }),
};
