/**
 * In which form errors are told: `problem` (RFC 9457), `oauth` (RFC 6749 §5.2), or `page`, to people who look at a browser.
 */
export type ErrorDialect = 'problem' | 'oauth' | 'page';

/** The dialect of each part of the server; the first prefix that fits counts, whole segments only. What is not named speaks of problems. */
const DIALECTS: readonly (readonly [prefix: string, dialect: ErrorDialect])[] = [
  ['/oauth/authorize', 'page'],
  ['/oauth/logout', 'page'],
  ['/oauth', 'oauth'],
  ['/sign-in', 'page'],
  ['/choose-account', 'page'],
  ['/sign-up', 'page'],
  ['/sign-out', 'page'],
  ['/signed-out', 'page'],
  ['/account', 'page'],
  ['/consent', 'page'],
  ['/device', 'page'],
  ['/set-up', 'page'],
];

/** The dialect of a path, or of the pattern of a route. */
export function dialectOf(path: string): ErrorDialect {
  const found = DIALECTS.find(([prefix]) => path === prefix || path.startsWith(`${prefix}/`));
  return found?.[1] ?? 'problem';
}
