import type { ExecutionContext } from '@nestjs/common';
import type { AccessTokenClaims } from '../tokens/access-token-claims';
import type { CurrentPerson } from './current-person';

/** Who is behind a request, as the guard found it. */
export interface Authentication {
  /** The claims of the access token; null where a refresh token let the request in. */
  readonly claims: AccessTokenClaims | null;
  /** The refresh token that let the request in, at routes that ask for one. */
  readonly refreshToken: string | null;
  /** How the token came. */
  readonly source: 'header' | 'cookie' | 'body';
  /** Loads the person, once for each request. @throws {InvalidToken} when there is nobody any more, or they may not be let in */
  person(): Promise<CurrentPerson | null>;
}

const AUTHENTICATION = Symbol('authentication');

/** What the guard hangs its finding on: a request, a socket, a message. */
export type Carrier = object & { [AUTHENTICATION]?: Authentication };

/** Notes who is behind a request. */
export function setAuthentication(carrier: Carrier, authentication: Authentication): void {
  carrier[AUTHENTICATION] = authentication;
}

/** Who is behind the request of this carrier, or undefined where nobody had to be. */
export function authenticationOfCarrier(carrier: Carrier): Authentication | undefined {
  return carrier[AUTHENTICATION];
}

/** Who is behind the request of this context, or undefined where nobody had to be. */
export function authenticationOf(context: ExecutionContext): Authentication | undefined {
  // Every kind of context hands its carrier over as one of its arguments (HTTP: request; socket: client; GraphQL: context).
  for (const argument of context.getArgs<unknown[]>()) {
    if (typeof argument !== 'object' || argument === null) continue;
    const found = (argument as Carrier)[AUTHENTICATION] ?? (argument as { req?: Carrier }).req?.[AUTHENTICATION];
    if (found !== undefined) return found;
  }
  return undefined;
}
