import type { Settings } from '../config/settings';

/** A year, in seconds. */
const HSTS_MAX_AGE = 31_536_000;

/**
 * The headers that every answer carries unless its route sets its own. They are made once, and there are no more of them than
 * bear on data, because each costs as much as everything else that the platform does to a request; {@link documentHeaders} are
 * for what a browser shows or follows.
 */
export function securityHeaders(settings: Settings): Readonly<Record<string, string>> {
  return {
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    'cross-origin-resource-policy': 'same-origin',
    // RFC 6749 §5.1, RFC 9111 §5.2.2.5: what is made for one request is kept by nobody.
    'cache-control': 'no-store',
    // RFC 6797 §7.2: not over plain HTTP.
    ...(settings.issuer.startsWith('https:') ? { 'strict-transport-security': `max-age=${HSTS_MAX_AGE}` } : {}),
  };
}

/** What pages carry on top: it says nothing about an answer that no browser makes a document of. */
const DOCUMENT_HEADERS: Readonly<Record<string, string>> = {
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'x-frame-options': 'DENY',
};

/** What redirects carry on top: the address that they come from is nobody's business. */
const REDIRECT_HEADERS: Readonly<Record<string, string>> = { 'referrer-policy': 'no-referrer' };

/** For a page that says itself that any other may frame it. */
const FRAMEABLE_HEADERS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(DOCUMENT_HEADERS).filter(([name]) => name !== 'x-frame-options'),
);

const NONE: Readonly<Record<string, string>> = {};

/** The headers that an answer carries on top of {@link securityHeaders}, by what a browser does with it. @param policy its content security policy */
export function documentHeaders(
  status: number,
  contentType: unknown,
  policy: unknown,
): Readonly<Record<string, string>> {
  if (typeof contentType === 'string' && contentType.startsWith('text/html')) {
    return typeof policy === 'string' && policy.endsWith('frame-ancestors *') ? FRAMEABLE_HEADERS : DOCUMENT_HEADERS;
  }
  return status >= 300 && status < 400 ? REDIRECT_HEADERS : NONE;
}
