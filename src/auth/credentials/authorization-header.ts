import { InvalidRequest, InvalidToken, type TokenScheme } from '../../protocol/errors';
import { headerValues } from '../../http/header-values';
import type { Credential } from './credential';

/** RFC 6750 §2.1, RFC 9449 §7.1: `b64token`; the scheme is matched without regard to case (RFC 9110 §11.1). */
const CREDENTIALS = /^(?:bearer|dpop) +([A-Za-z0-9\-._~+/]+=*) *$/i;

/** The scheme as RFC 6750 §2.1 spells it, with the one space before its token. */
const USUAL_SCHEME = 'Bearer ';

/** The scheme ends where its token does (RFC 9110 §5.6.2), whatever follows: a tab must not make it no credentials at all. */
const SCHEME = /^(bearer|dpop)(?![\w!#$%&'*+.^`|~-])/i;

/** The headers of a request as Node.js gives them. */
export interface RequestHeaders {
  readonly headers: { readonly authorization?: string | undefined };
  readonly rawHeaders: readonly string[];
}

/**
 * The access token that the Authorization header of a request brings.
 * @param dpop whether the scheme DPoP is known here
 * @returns null where there is none, or credentials of another scheme
 * @throws {InvalidRequest} when there is more than one header
 * @throws {InvalidToken} when what follows the scheme is no token
 */
export function credentialOfRequest({ headers, rawHeaders }: RequestHeaders, dpop: boolean): Credential | null {
  const { authorization } = headers;
  if (authorization === undefined) return null;
  if (headerValues(rawHeaders, 'authorization').length > 1) {
    throw new InvalidRequest('Send one Authorization header only.'); // RFC 6750 §2
  }
  return credentialOf(authorization, dpop);
}

/** The same for the text of one header. @throws {InvalidToken} when what follows the scheme is no token */
export function credentialOf(header: string, dpop: boolean): Credential | null {
  // What nearly every client sends; whether the rest is a token at all is found out by whoever knows tokens.
  if (header.startsWith(USUAL_SCHEME) && !header.includes(' ', USUAL_SCHEME.length)) {
    return { token: header.slice(USUAL_SCHEME.length), source: 'header', scheme: 'Bearer' };
  }
  const scheme = schemeOf(header, dpop);
  if (scheme === null) return null;
  const match = CREDENTIALS.exec(header);
  // RFC 6750 §2.1: what follows the scheme is one b64token.
  if (match === null) throw new InvalidToken('malformed', 'the Authorization header holds no b64token');
  return { token: match[1]!, source: 'header', scheme };
}

/** The scheme of the header, or null for any that lets nobody in here. */
function schemeOf(header: string, dpop: boolean): TokenScheme | null {
  const name = SCHEME.exec(header)?.[1]?.toLowerCase();
  if (name === 'bearer') return 'Bearer';
  return name === 'dpop' && dpop ? 'DPoP' : null;
}
