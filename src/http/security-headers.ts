import type { Settings } from '../config/settings';

/** A year, in seconds. */
const HSTS_MAX_AGE = 31_536_000;

/**
 * The headers that every answer carries unless its route sets its own: made once, because composing them for each request (as
 * helmet does) costs more than everything else the platform does to a request.
 */
export function securityHeaders(settings: Settings): Readonly<Record<string, string>> {
  return {
    'content-security-policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=()',
    // RFC 6749 §5.1, RFC 9111 §5.2.2.5: what is made for one request is kept by nobody.
    'cache-control': 'no-store',
    // RFC 6797 §7.2: not over plain HTTP.
    ...(settings.issuer.startsWith('https:') ? { 'strict-transport-security': `max-age=${HSTS_MAX_AGE}` } : {}),
  };
}
