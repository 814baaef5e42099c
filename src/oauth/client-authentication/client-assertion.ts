import { peekClaims } from '../../protocol/compact-jws';
import { type KeyHint, readJwtHeader } from '../../protocol/jwt-header';
import { InvalidClient } from '../../protocol/request-errors';
import type { RequestParameters } from '../../protocol/request-parameters';

/** The only kind of assertion that is taken (RFC 7523 §2.2). */
export const CLIENT_ASSERTION_TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

const ODD_TYPE = `The client_assertion_type must be ${CLIENT_ASSERTION_TYPE} (RFC 7523 §2.2).`;
const MALFORMED = 'The client assertion must be a signed JWT in compact serialization, of at most 8192 characters.';
const ODD_HEADER =
  'The header of the client assertion must have alg, may have kid and typ (client-authentication+jwt or JWT), and must not bring a key.';
const NO_SUBJECT = 'The client assertion must name the client as iss and sub (RFC 7523 §3).';

/** A client assertion (RFC 7523 §2.2) as it came: nothing in it is trusted yet. */
export interface ClientAssertion extends KeyHint {
  readonly token: string;
  /** The client that it claims to be from. */
  readonly subject: string;
}

/** Whether a request carries a client assertion, good or not. */
export function carriesAssertion(parameters: RequestParameters): boolean {
  return ['client_assertion', 'client_assertion_type'].some((name) => parameters.all(name).length > 0);
}

/**
 * Reads the client assertion of a request. What is said of it here is the same whoever the client is, and whether there is one.
 * @throws {InvalidClient} where there is none, or it cannot be one
 * @throws {InvalidRequest} where a parameter stands twice
 */
export function readClientAssertion(parameters: RequestParameters): ClientAssertion {
  // RFC 7521 §4.2
  if (parameters.get('client_assertion_type') !== CLIENT_ASSERTION_TYPE) throw new InvalidClient(ODD_TYPE);
  const token = parameters.get('client_assertion') ?? '';
  const header = readJwtHeader(token, 'client-authentication+jwt');
  if (header === 'malformed') throw new InvalidClient(MALFORMED);
  // RFC 8725 §3.10, §3.11
  if (header === 'odd-header') throw new InvalidClient(ODD_HEADER);
  return { token, ...header, subject: subjectOf(token) };
}

function subjectOf(token: string): string {
  const { sub: subject } = peekClaims(token);
  // RFC 7523 §3: for client authentication the subject is the client_id.
  if (typeof subject !== 'string' || subject === '') throw new InvalidClient(NO_SUBJECT);
  return subject;
}
