import { readJwtHeader } from '../../protocol/jwt-header';
import { InvalidGrant } from '../../protocol/request-errors';

const MALFORMED = 'The assertion must be a signed JWT in compact serialization, of at most 8192 characters.';
const ODD_HEADER =
  'The header of the assertion must have alg, may have kid and typ (JWT), and must not bring a key or an extension.';
const NO_ISSUER = 'The assertion must name its issuer as iss (RFC 7523 §3).';

/** A JWT by which a client asks for tokens (RFC 7523 §2.1), as it came: nothing in it is trusted yet. */
export interface AuthorizationAssertion {
  readonly token: string;
  readonly alg: string;
  readonly kid?: string | undefined;
  /** The issuer that it claims to be from. */
  readonly issuer: string;
}

/** Reads the assertion of a request. @throws {InvalidGrant} where it cannot be one */
export function readAuthorizationAssertion(token: string): AuthorizationAssertion {
  // RFC 8725 §3.11: what says of itself to be something else, such as an access token, is no assertion.
  const header = readJwtHeader(token, 'jwt');
  if (header === 'malformed') throw new InvalidGrant(MALFORMED);
  if (header === 'odd-header') throw new InvalidGrant(ODD_HEADER);
  return { token, ...header, issuer: issuerOf(token) };
}

function issuerOf(token: string): string {
  const issuer = claimOf(token, 'iss');
  if (typeof issuer !== 'string' || issuer === '') throw new InvalidGrant(NO_ISSUER);
  return issuer;
}

function claimOf(token: string, name: string): unknown {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.', 2)[1] ?? '', 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null ? (claims as Record<string, unknown>)[name] : undefined;
  } catch {
    return undefined;
  }
}
