/** Second labels below which a country lets people have names of their own, as in `co.uk`. */
const SHARED_LABELS = ['ac', 'co', 'com', 'edu', 'go', 'gov', 'ne', 'net', 'or', 'org'];

/**
 * Whose a host is, as far as its name tells: the domain that somebody has registered, below which they can name as many hosts as they like. It is
 * guessed from the last labels, without a list of all suffixes that would be out of date: where strangers share a domain, they share what it is used for.
 */
export function siteOf(host: string): string {
  const name = host.replace(/:\d+$/, '');
  const labels = name.split('.');
  // An address has no domain.
  if (name.startsWith('[') || /^\d+$/.test(labels.at(-1)!)) return name;
  const isShared = labels.at(-1)!.length === 2 && SHARED_LABELS.includes(labels.at(-2) ?? '');
  return labels.slice(isShared ? -3 : -2).join('.');
}
