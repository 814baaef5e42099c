import { setting } from '../setting';
import { duration, DURATION_UNIT, oneOf } from '../value-parsers';

const REFRESH_TOKEN_PROTECTION = {
  title: 'RFC 9700 §4.14.2',
  url: 'https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2',
};

/** How long tokens live and how forgiving their checks are, in seconds. */
export const tokenSettings = {
  accessTokenLifetime: setting({
    name: 'ACCESS_TOKEN_LIFETIME',
    default: '15m',
    unit: DURATION_UNIT,
    meaning: 'How long an access token is good.',
    specification: { title: 'RFC 9068 §2.2', url: 'https://www.rfc-editor.org/rfc/rfc9068#section-2.2' },
    parse: duration('1s', '1d'),
  }),
  idTokenLifetime: setting({
    name: 'ID_TOKEN_LIFETIME',
    default: '1h',
    unit: DURATION_UNIT,
    meaning: 'How long an ID token is good: until then an application may take it in. It opens nothing by itself.',
    specification: {
      title: 'OpenID Connect Core §2',
      url: 'https://openid.net/specs/openid-connect-core-1_0.html#IDToken',
    },
    parse: duration('1m', '1d'),
  }),
  refreshTokenLifetime: setting({
    name: 'REFRESH_TOKEN_LIFETIME',
    default: '14d',
    unit: DURATION_UNIT,
    meaning: 'How long a refresh token is good while nobody uses it; every refresh begins anew.',
    specification: REFRESH_TOKEN_PROTECTION,
    parse: duration('1s', '3650d'),
  }),
  refreshTokenAbsoluteLifetime: setting({
    name: 'REFRESH_TOKEN_ABSOLUTE_LIFETIME',
    default: '90d',
    unit: DURATION_UNIT,
    meaning: 'How long a person stays signed in at most, however often the token is refreshed.',
    specification: REFRESH_TOKEN_PROTECTION,
    parse: duration('1s', '3650d'),
  }),
  refreshReuseLeeway: setting({
    name: 'REFRESH_REUSE_LEEWAY',
    default: '30s',
    unit: DURATION_UNIT,
    meaning:
      'How long a refresh token that was just rotated is still answered with its successor, so that a lost answer can be asked for again; after it, reuse revokes the family. 0 allows no reuse.',
    specification: REFRESH_TOKEN_PROTECTION,
    parse: duration('0s', '5m'),
  }),
  clockTolerance: setting({
    name: 'CLOCK_TOLERANCE',
    default: '10s',
    unit: DURATION_UNIT,
    meaning: 'How far the clocks of the nodes may differ when the times in a token are checked.',
    specification: { title: 'RFC 7519 §4.1.4', url: 'https://www.rfc-editor.org/rfc/rfc7519#section-4.1.4' },
    parse: duration('0s', '60s'),
  }),
};

const onOrOff = oneOf('on', 'off');

/** How tokens reach browsers. */
export const tokenTransportSettings = {
  tokenCookies: setting({
    name: 'TOKEN_COOKIES',
    default: 'off',
    unit: '`on` or `off`',
    meaning: 'Whether first-party tokens may travel in HttpOnly cookies too, with a CSRF token beside them.',
    parse: (value) => onOrOff(value) === 'on',
  }),
};
