const LONGEST = 2_048;

/** What RFC 3986 §2 lets stand in a URI, `#` apart; `\` and spaces, which browsers read as something else, are not among it. */
const URI_CHARACTERS = /^[A-Za-z0-9\-._~:/?[\]@!$&'()*+,;=%]+$/;

/** RFC 8252 §7.1: the scheme of a native app is a domain name turned round, so that it has a dot and belongs to somebody. */
const PRIVATE_USE_SCHEME = /^[a-z][a-z0-9+-]*(?:\.[a-z0-9+-]+)+:/i;

/**
 * Deviation: RFC 8252 §7.3 speaks of the loopback IP addresses only and §8.3 advises against `localhost`; so many native apps register
 * that name that it is taken as well, and answered on every port in the same way.
 */
const LOOPBACK = /^http:\/\/(127\.0\.0\.1|\[::1\]|localhost)(?::\d{1,5})?(?=\/|\?|$)/;

/**
 * What is wrong with a redirect URI that somebody wants to register; null where nothing is.
 * Accepted are https, http on a loopback address (RFC 8252 §7.3), and private-use schemes that are domain names (§7.1): among what is left
 * out are `javascript:` and `data:`, which would run in the page of this server.
 * @see RFC 6749 §3.1.2, RFC 9700 §2.1
 */
export function redirectUriFault(uri: string): string | null {
  if (uri.length > LONGEST) return `A redirect URI has at most ${LONGEST} characters.`;
  // RFC 6749 §3.1.2: no fragment.
  if (uri.includes('#')) return 'A redirect URI has no fragment (RFC 6749 §3.1.2).';
  if (!URI_CHARACTERS.test(uri)) return 'A redirect URI holds only the characters of RFC 3986; escape all others.';
  if (!/^[a-z][a-z0-9+.-]*:/.test(uri)) return 'A redirect URI is absolute, and its scheme is in lower case.';
  if (uri.includes('*')) return 'A redirect URI is compared as a whole: it has no wildcards (RFC 9700 §2.1).';
  if (/%(?:2e|2f|5c|00)|\/\.{1,2}(?:[/?]|$)/i.test(uri)) {
    return 'A redirect URI has no dot segments and no escaped slashes.';
  }
  if (PRIVATE_USE_SCHEME.test(uri)) return null;
  if (!URL.canParse(uri)) return 'A redirect URI is a URL, such as https://app.example.com/callback.';
  const { protocol, username, password, host } = new URL(uri);
  if (username !== '' || password !== '') return 'A redirect URI has no user name and no password.';
  if (protocol === 'https:' && host !== '' && /^https:\/\/[^/?]/.test(uri)) return null;
  if (protocol === 'http:' && LOOPBACK.test(uri)) return null;
  return 'A redirect URI begins with https://, with http:// and a loopback address, or with a scheme such as com.example.app: (RFC 8252 §7).';
}

/**
 * Whether a request may ask to be answered at this URI: octet for octet the same as a registered one, but for the port of a loopback
 * address, which a native app is given by its system (RFC 8252 §7.3, RFC 9700 §2.1).
 */
export function matchesRedirectUri(registered: string, requested: string): boolean {
  if (registered === requested) return true;
  const loopback = LOOPBACK.exec(registered);
  if (loopback === null || requested.length > LONGEST) return false;
  const asked = LOOPBACK.exec(requested);
  if (asked === null || asked[1] !== loopback[1] || !isPort(asked[0])) return false;
  return registered.slice(loopback[0].length) === requested.slice(asked[0].length);
}

/** Whether a redirect URI leads to the machine of whoever follows it. */
export function isLoopbackRedirect(uri: string): boolean {
  return LOOPBACK.test(uri);
}

/** Whether a redirect URI leads to a native app by a scheme of its own. */
export function isNativeRedirect(uri: string): boolean {
  return PRIVATE_USE_SCHEME.test(uri);
}

function isPort(origin: string): boolean {
  const port = /:(\d+)$/.exec(origin)?.[1];
  return port === undefined || (Number(port) > 0 && Number(port) < 65_536);
}

/** Where a redirect URI leads, for people: its host, or the scheme of a native app. */
export function redirectTarget(uri: string): string {
  const { protocol, host } = new URL(uri);
  return host === '' || PRIVATE_USE_SCHEME.test(uri) ? protocol.slice(0, -1) : host;
}

/** A URI with further parameters in its query; what is there already stays as it is. */
export function withQuery(uri: string, members: Readonly<Record<string, string>>): string {
  const encoded = new URLSearchParams(members).toString();
  return encoded === '' ? uri : `${uri}${uri.includes('?') ? '&' : '?'}${encoded}`;
}
