import type { KeyObject } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { JWTPayload } from 'jose';
import type { Client } from '../../clients/client';
import { ClientKeys } from '../../clients/client-keys';
import { CLIENT_SIGNING_ALGORITHMS } from '../../clients/client-metadata';
import { Clock } from '../../config/clock';
import { SETTINGS, type Settings } from '../../config/settings';
import { verdictOnJwt } from '../../protocol/jwt-verdict';
import { type KeyHint, readJwtHeader } from '../../protocol/jwt-header';
import { InvalidRequestObject } from '../../protocol/request-errors';
import { RequestParameters } from '../../protocol/request-parameters';

/** How far `exp` may lie ahead and `nbf` behind, in seconds (FAPI 2.0 Message Signing §5.3.1). */
const LONGEST_LIFE = 3_600;

/** Claims about the object itself, which are no parameters of the request (RFC 9101 §4). */
const ABOUT_ITSELF: ReadonlySet<string> = new Set(['iss', 'aud', 'exp', 'nbf', 'iat', 'jti']);

/** What a request object turned out to ask for. */
export interface OpenedRequestObject {
  readonly parameters: RequestParameters;
  /** What it is known by, where it says so. */
  readonly jti: string | null;
  /** When it expires, epoch milliseconds. */
  readonly expiresAt: number;
}

/** Opens request objects: requests that their client has signed (RFC 9101). */
@Injectable()
export class RequestObjects {
  constructor(
    private readonly keys: ClientKeys,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** @throws {InvalidRequestObject} where it is not one that this client can have made for this server now */
  async open(token: string, client: Client): Promise<OpenedRequestObject> {
    const hint = hintOf(token);
    const { request_object_signing_alg: registered } = client.metadata;
    const algorithms: readonly string[] = registered === undefined ? CLIENT_SIGNING_ALGORITHMS : [registered];
    // RFC 8725 §3.1: the algorithm is the client's, not the token's; `none` is none of them.
    if (!algorithms.includes(hint.alg)) {
      throw new InvalidRequestObject(
        'The request object must be signed with an algorithm that the client is registered for.',
      );
    }
    const claims = await this.verified(token, client, await this.keys.find(client, hint), hint.alg);
    this.assertClaims(claims, client);
    const jti = typeof claims.jti === 'string' ? claims.jti : null;
    return { parameters: parametersOf(claims), jti, expiresAt: (claims.exp ?? 0) * 1_000 };
  }

  private async verified(token: string, { id }: Client, keys: readonly KeyObject[], alg: string): Promise<JWTPayload> {
    const expected = {
      algorithms: [alg],
      issuer: id,
      audience: this.settings.issuer,
      requiredClaims: ['exp'],
      currentDate: new Date(this.clock.now()),
      clockTolerance: this.settings.tokens.clockTolerance,
    };
    const verdict = await verdictOnJwt(token, keys, expected);
    if (verdict.outcome === 'good') return verdict.claims;
    if (verdict.outcome === 'claim') {
      throw new InvalidRequestObject(FAULTS[verdict.claim] ?? 'The claims of the request object do not hold.');
    }
    throw new InvalidRequestObject('The request object is not signed with a key of the client.');
  }

  private assertClaims(claims: JWTPayload, { id }: Client): void {
    const now = this.clock.now() / 1_000;
    const { clockTolerance } = this.settings.tokens;
    const { exp = 0, nbf, sub } = claims;
    if (exp > now + LONGEST_LIFE + clockTolerance || (nbf !== undefined && nbf < now - LONGEST_LIFE - clockTolerance)) {
      throw new InvalidRequestObject('The request object must be good for an hour at the most (exp, nbf).');
    }
    // RFC 9101 §10.8: it must not pass for a client assertion, nor one of those for it.
    if (sub === id) {
      throw new InvalidRequestObject('The request object must not have the client as its sub (RFC 9101 §10.8).');
    }
    // RFC 9101 §5
    if (claims.client_id !== id) {
      throw new InvalidRequestObject('The request object must hold the client_id of the request.');
    }
    // RFC 9101 §4
    if (claims.request !== undefined || claims.request_uri !== undefined) {
      throw new InvalidRequestObject('A request object holds no request and no request_uri (RFC 9101 §4).');
    }
  }
}

const FAULTS: Readonly<Record<string, string>> = {
  iss: 'The iss of the request object must be the client_id (RFC 9101 §4).',
  aud: 'The aud of the request object must be the issuer of this server (RFC 9101 §4).',
  exp: 'The request object has expired, or exp is missing.',
  nbf: 'The request object is from the future: compare your clock.',
  iat: 'The request object is from the future: compare your clock.',
};

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

/** RFC 9101 §4: parameters are members of the object; numbers stand for themselves, and what has a structure is JSON in the plain request. */
function parametersOf(claims: JWTPayload): RequestParameters {
  const fields = Object.entries(claims)
    .filter(([name]) => !ABOUT_ITSELF.has(name))
    .map(([name, value]) => [name, isListOfTexts(value) && name === 'resource' ? value : textOf(value)] as const);
  return RequestParameters.of(Object.fromEntries(fields));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function isListOfTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
