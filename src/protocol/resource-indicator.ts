const LONGEST = 2_048;

/** What RFC 3986 §2 lets stand in a URI, fragment apart. */
const URI = /^[a-z][a-z0-9+.-]*:[A-Za-z0-9\-._~:/?[\]@!$&'()*+,;=%]+$/;

/**
 * What is wrong with a text as the identifier of a resource server; null where nothing is.
 * @see RFC 8707 §2: an absolute URI without a fragment
 */
export function resourceFault(resource: string): string | null {
  if (resource.length > LONGEST) return `A resource has at most ${LONGEST} characters.`;
  if (resource.includes('#')) return 'A resource has no fragment (RFC 8707 §2).';
  return URI.test(resource) ? null : 'A resource is an absolute URI, such as https://api.example.com (RFC 8707 §2).';
}
