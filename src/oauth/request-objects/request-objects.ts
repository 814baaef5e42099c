import { Inject, Injectable } from '@nestjs/common';
import type { JWTPayload } from 'jose';
import type { Client } from '../../clients/client';
import { ClientKeys } from '../../clients/client-keys';
import { CLIENT_SIGNING_ALGORITHMS } from '../../clients/client-metadata';
import { Clock } from '../../config/clock';
import { SETTINGS, type Settings } from '../../config/settings';
import { JweOpener } from '../../keys/jwe-opener';
import { looksEncrypted } from '../../protocol/compact-jwe';
import { peekClaims } from '../../protocol/compact-jws';
import { type ExpectedClaims, type JwtVerdict, verdictOnJwt, verdictOnUnsignedJwt } from '../../protocol/jwt-verdict';
import { type KeyHint, readJwtHeader } from '../../protocol/jwt-header';
import { InvalidRequestObject } from '../../protocol/request-errors';
import type { RequestParameters } from '../../protocol/request-parameters';
import { assertOwnRequest, assertTimely, isOfOldRules, parametersOf } from './request-object-claims';

/** What a request object turned out to ask for. */
export interface OpenedRequestObject {
  readonly parameters: RequestParameters;
  /** False for one of an old client that has registered not to sign. */
  readonly isSigned: boolean;
  /** What it is known by, where it says so and is good once; one of OpenID Connect Core §6.1 may be used again and again. */
  readonly jti: string | null;
  /** When it expires, epoch milliseconds. */
  readonly expiresAt: number;
}

/** Opens request objects: requests that their client has signed, and may have encrypted (RFC 9101). */
@Injectable()
export class RequestObjects {
  constructor(
    private readonly keys: ClientKeys,
    private readonly opener: JweOpener,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws {InvalidRequestObject} where it is not one that this client can have made for this server now */
  async open(token: string, client: Client): Promise<OpenedRequestObject> {
    const inner = looksEncrypted(token) ? await this.decrypted(token, client) : token;
    const isOld = isOfOldRules(client);
    // Whoever has left the compat profile signs again, whatever is registered.
    const isSigned = !isOld || client.metadata.request_object_signing_alg !== 'none';
    const expected = this.expectationsOf(isOld ? peekClaims(inner) : null, client);
    const claims = claimsIn(
      isSigned ? await this.verdictOnSigned(inner, client, expected) : verdictOnUnsignedJwt(inner, expected),
    );
    if (!isOld) assertTimely(claims, this.clock.now() / 1_000, this.settings.tokens.clockTolerance);
    assertOwnRequest(claims, client);
    const jti = typeof claims.jti === 'string' && !isOld ? claims.jti : null;
    return { parameters: parametersOf(claims), isSigned, jti, expiresAt: (claims.exp ?? 0) * 1_000 };
  }

  /** RFC 9101 §6.1: encrypted after it was signed, to a key of this server. */
  private async decrypted(token: string, { metadata }: Client): Promise<string> {
    const opened = await this.opener.open(token);
    const { request_object_encryption_alg: alg, request_object_encryption_enc: enc } = metadata;
    const isAsRegistered = alg === undefined || (opened?.hint.alg === alg && opened.hint.enc === enc);
    // RFC 7516 §11.5: one answer, whatever is wrong.
    if (opened === null || !isAsRegistered) throw new InvalidRequestObject(NOT_DECRYPTED);
    return opened.text;
  }

  private async verdictOnSigned(token: string, client: Client, expected: ExpectedClaims): Promise<JwtVerdict> {
    const hint = hintOf(token);
    const { request_object_signing_alg: registered } = client.metadata;
    const algorithms: readonly string[] = registered === undefined ? CLIENT_SIGNING_ALGORITHMS : [registered];
    // RFC 8725 §3.1: the algorithm is the client's, not the token's; `none` has no key that could be found.
    if (!algorithms.includes(hint.alg) || hint.alg === 'none') {
      throw new InvalidRequestObject(
        'The request object must be signed with an algorithm that the client is registered for.',
      );
    }
    const keys = await this.keys.find(client, hint);
    return verdictOnJwt(token, keys, { ...expected, algorithms: [hint.alg] });
  }

  /** @param said what the object says of itself, of which nothing is believed yet; null where all has to be there */
  private expectationsOf(said: Readonly<Record<string, unknown>> | null, { id }: Client): ExpectedClaims {
    return {
      ...(said === null || said['iss'] !== undefined ? { issuer: id } : {}),
      ...(said === null || said['aud'] !== undefined ? { audience: this.settings.issuer } : {}),
      requiredClaims: said === null ? ['exp'] : [],
      currentDate: new Date(this.clock.now()),
      clockTolerance: this.settings.tokens.clockTolerance,
    };
  }
}

const NOT_DECRYPTED =
  'The request object cannot be decrypted: it must be signed and then encrypted, without compression, to a key of this server, as the client has registered.';

const FAULTS: Readonly<Record<string, string>> = {
  iss: 'The iss of the request object must be the client_id (RFC 9101 §4).',
  aud: 'The aud of the request object must be the issuer of this server (RFC 9101 §4).',
  exp: 'The request object has expired, or exp is missing.',
  nbf: 'The request object is from the future: compare your clock.',
  iat: 'The request object is from the future: compare your clock.',
};

function claimsIn(verdict: JwtVerdict): JWTPayload {
  if (verdict.outcome === 'good') return verdict.claims;
  if (verdict.outcome === 'claim') {
    throw new InvalidRequestObject(FAULTS[verdict.claim] ?? 'The claims of the request object do not hold.');
  }
  throw new InvalidRequestObject('The request object is not signed with a key of the client.');
}

function hintOf(token: string): KeyHint {
  const header = readJwtHeader(token, 'oauth-authz-req+jwt');
  if (header === 'malformed') {
    throw new InvalidRequestObject(
      'The request object must be a signed JWT in compact serialization, of at most 8192 characters.',
    );
  }
  // RFC 9101 §10.8
  if (header === 'odd-header') {
    throw new InvalidRequestObject(
      'The header of the request object must have alg, may have kid and typ (oauth-authz-req+jwt or JWT), and must not bring a key.',
    );
  }
  return header;
}
