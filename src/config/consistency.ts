import type { Settings } from './settings';

/** A rule between settings; it is asked only while each of them is good by itself. */
export interface ConsistencyRule {
  /** Names of the settings it speaks of. */
  readonly about: readonly string[];
  /** @returns a sentence that says what to change, or null */
  problem(settings: Settings, isGiven: (name: string) => boolean): string | null;
}

/** What must hold between settings that are good one by one. */
export const CONSISTENCY_RULES: readonly ConsistencyRule[] = [
  {
    about: ['REFRESH_TOKEN_LIFETIME', 'REFRESH_TOKEN_ABSOLUTE_LIFETIME'],
    problem: ({ tokens }) =>
      tokens.refreshTokenLifetime > tokens.refreshTokenAbsoluteLifetime
        ? `Set REFRESH_TOKEN_LIFETIME (${tokens.refreshTokenLifetime} s) to at most REFRESH_TOKEN_ABSOLUTE_LIFETIME (${tokens.refreshTokenAbsoluteLifetime} s).`
        : null,
  },
  {
    about: ['SESSION_IDLE_LIFETIME', 'SESSION_ABSOLUTE_LIFETIME'],
    problem: ({ sessions }) =>
      sessions.idle > sessions.absolute
        ? `Set SESSION_IDLE_LIFETIME (${sessions.idle} s) to at most SESSION_ABSOLUTE_LIFETIME (${sessions.absolute} s).`
        : null,
  },
  {
    about: ['PORT', 'ISSUER'],
    problem: ({ mode, listen }, isGiven) =>
      listen.port === 0 && mode !== 'test' && !isGiven('ISSUER')
        ? 'Set ISSUER, or PORT to another number than 0: the default of ISSUER cannot know which port will be free.'
        : null,
  },
  {
    about: ['TLS_CERT', 'TLS_KEY'],
    problem: (_settings, isGiven) => {
      if (isGiven('TLS_CERT') === isGiven('TLS_KEY')) return null;
      return isGiven('TLS_CERT')
        ? 'Set TLS_KEY too, or remove TLS_CERT: the certificate is nothing without its private key.'
        : 'Set TLS_CERT too, or remove TLS_KEY: the private key is nothing without its certificate.';
    },
  },
  {
    about: ['TLS_CERT', 'TLS_KEY', 'ISSUER'],
    problem: ({ listen, issuer }) =>
      listen.tls !== null && !issuer.startsWith('https:')
        ? 'Set ISSUER to an address that begins with https://, or remove TLS_CERT and TLS_KEY: with them nothing answers plain http.'
        : null,
  },
  {
    about: ['ADMIN_EMAIL', 'ADMIN_PASSWORD'],
    problem: (_settings, isGiven) => {
      if (isGiven('ADMIN_EMAIL') === isGiven('ADMIN_PASSWORD')) {
        return null;
      }
      return isGiven('ADMIN_EMAIL')
        ? 'Set ADMIN_PASSWORD too, or remove ADMIN_EMAIL: the first administrator needs both.'
        : 'Set ADMIN_EMAIL too, or remove ADMIN_PASSWORD: the first administrator needs both.';
    },
  },
];
