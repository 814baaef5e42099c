/** The longest that is taken, in characters: it stands in tokens, forms and addresses. */
const LONGEST = 512;

/** A client id that is an address, in whatever spelling: never one of a client that was registered. */
const ADDRESS = /^https?:\/\//i;

/** Scheme, a host with a name, a port at the most, and a path of plain characters (RFC 3986 §3.3); no query and no fragment. */
const FORM = /^https:\/\/(?:[a-z0-9-]+\.)+(?!localhost[:/])[a-z][a-z0-9-]*(?::\d+)?\/[A-Za-z0-9\-._~!$&'()*+,;=:@%/]*$/;

/** The same on a developer's machine, also without https. */
const LOOPBACK_FORM =
  /^https?:\/\/(?:localhost|[a-z0-9-]+\.localhost|127\.0\.0\.1)(?::\d+)?\/[A-Za-z0-9\-._~!$&'()*+,;=:@%/]*$/;

/** Whether a client id claims to be the address of a document that describes the client. */
export function isClientIdUrl(id: string): boolean {
  return ADDRESS.test(id);
}

/**
 * Whether a client id can be the address of such a document (draft-ietf-oauth-client-id-metadata-document §3): https, a path, no user name, no dot
 * segments, no fragment. It is compared octet for octet, so it has to be in the one spelling that every reader gives it.
 *
 * Stricter than the draft: no address of a machine (there is no name that people could be shown), and no query (of which the draft disapproves): some
 * hosts answer with whatever the query says, and would vouch for anybody.
 * @param loopback whether it may be on this machine, also without https
 */
export function isGoodClientIdUrl(id: string, loopback: boolean): boolean {
  if (id.length > LONGEST || !URL.canParse(id)) return false;
  // The parser resolves dot segments, escaped or not, and drops the default port.
  return new URL(id).href === id && (FORM.test(id) || (loopback && LOOPBACK_FORM.test(id)));
}
