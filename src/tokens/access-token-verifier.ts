import { Inject, Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { LRUCache } from 'lru-cache';
import type { KeyObject } from 'node:crypto';
import { Clock } from '../config/clock';
import { type VerificationKey, VerificationKeys } from '../keys/verification-keys';
import { audiencesOf } from '../protocol/audience';
import { isCompactJws, readCompactJws } from '../protocol/compact-jws';
import { InvalidToken } from '../protocol/errors';
import { bringsItsOwn } from '../protocol/jwt-header';
import { parseScope } from '../protocol/scope';
import { ACCESS_TOKEN_TYPE, type AccessTokenClaims, type TokenOrigin } from './access-token-claims';
import { ACCESS_TOKEN_TERMS, type AccessTokenTerms } from './access-token-terms';
import { Revocations } from './revocations';
import { type VerifiedToken, VerifiedTokens } from './verified-tokens';

/** RFC 8725 §3.1: the algorithms that are accepted, whatever a token says. */
const ALLOWED_ALGORITHMS = ['ES256'] as const;

/** For the JOSE library: whoever asks about a token has its audience looked at elsewhere. */
const ANY_AUDIENCE = /^/;

/**
 * The one place where an access token is found good or bad (RFC 9068 §4), at the issuer and at resource servers elsewhere: whose keys, whose
 * revocations and which terms count is for the module to say.
 *
 * A token seen for the first time has its form, header, key, signature, issuer and audience checked (`signingKeyOf`, the options,
 * `accept`); its claims are then remembered. Time and revocation are looked at on every use, remembered or not.
 */
@Injectable()
export class AccessTokenVerifier {
  private readonly verified = new VerifiedTokens();
  private readonly goodHeaders = new LRUCache<string, GoodHeader>({ max: 16 });
  private readonly toleranceMs: number;
  private readonly lifetime: number;

  /** What the JOSE library has to check; the passport strategy is given the same. Expiry is checked here, by our clock. */
  readonly options: {
    readonly algorithms: ['ES256'];
    readonly issuer: string;
    readonly audience: string;
    readonly ignoreExpiration: true;
  };

  constructor(
    private readonly jwt: JwtService,
    private readonly keys: VerificationKeys,
    private readonly revocations: Revocations,
    private readonly clock: Clock,
    @Inject(ACCESS_TOKEN_TERMS) { issuer, audience, clockTolerance, lifetime }: AccessTokenTerms,
  ) {
    this.toleranceMs = clockTolerance * 1_000;
    this.lifetime = lifetime;
    this.options = {
      algorithms: [...ALLOWED_ALGORITHMS],
      issuer,
      audience,
      ignoreExpiration: true,
    };
  }

  /**
   * The claims of a good token.
   * @throws {InvalidToken} when it is malformed, not ours, not for this audience, expired or revoked
   * @throws {TemporarilyUnavailable} when revocations cannot be known
   */
  verify(token: string): AccessTokenClaims {
    return this.recall(token) ?? this.accept(token, this.checkSignature(token, this.options.audience));
  }

  /**
   * The claims of a token that was found good before, if it still is; null where it has not been seen.
   * @throws {InvalidToken} when it has expired or was revoked since
   */
  recall(token: string): AccessTokenClaims | null {
    const claims = this.known(token);
    if (claims === null) return null;
    // RFC 9068 §4: what is remembered may be for somebody else, as introspection and revocation see it.
    if (!isFor(claims, this.options.audience)) throw new InvalidToken('malformed', 'aud is not this server');
    this.assertCurrent(claims);
    return claims;
  }

  /**
   * The claims of a good token of ours, whichever resource server it is for: for those who ask about tokens or take them back, not to let
   * anybody in.
   * @throws {InvalidToken} when it is malformed, not ours, expired or revoked
   * @throws {TemporarilyUnavailable} when revocations cannot be known
   */
  inspect(token: string): AccessTokenClaims {
    const known = this.known(token);
    if (known === null) return this.accept(token, this.checkSignature(token, undefined));
    this.assertCurrent(known);
    return known;
  }

  /**
   * Whether the claims of a token that was not verified by its signature still hold: of an opaque one, whose claims this server has kept.
   * @throws {InvalidToken} when it has expired or was revoked
   * @throws {TemporarilyUnavailable} when revocations cannot be known
   */
  assertCurrent(claims: AccessTokenClaims): void {
    // A token from before ACCESS_TOKEN_LIFETIME was made shorter would outlive the note of its revocation, and be good once more.
    const end = Math.min(claims.exp, claims.iat + this.lifetime);
    // RFC 7519 §4.1.4: on or after `exp` the token must not be accepted, but for a small leeway.
    if (this.clock.now() >= end * 1_000 + this.toleranceMs) throw new InvalidToken('expired');
    if (this.revocations.isRevoked(claims)) throw new InvalidToken('revoked');
  }

  /**
   * The key that must have signed this token.
   * @throws {InvalidToken} when the text is no compact JWS, or its header is not that of an access token of the issuer
   * @throws {TemporarilyUnavailable} when the keys of the issuer cannot be had
   */
  async signingKeyOf(token: string): Promise<KeyObject> {
    const header = this.headerOf(token);
    return this.fitting(header, await this.keys.seek(header.kid));
  }

  /**
   * Takes the payload of a token whose signature, issuer and audience are good.
   * @throws {InvalidToken} when a required claim is missing or of the wrong kind, or the token has expired or was revoked
   */
  accept(token: string, payload: unknown): AccessTokenClaims {
    const claims = this.goodClaims(payload);
    this.verified.set(token, { claims, kid: this.headerOf(token).kid });
    return claims;
  }

  /**
   * Takes what the issuer says that a token stands for (RFC 7662 §2.2); it is not remembered here.
   * @throws {InvalidToken} when it is not what a token for this audience has to say, or has expired
   */
  acceptStatement(statement: unknown): AccessTokenClaims {
    const claims = this.goodClaims(statement);
    if (claims.iss !== this.options.issuer) throw new InvalidToken('malformed', 'iss is not the issuer');
    // RFC 7662 §4: a token for another resource server opens nothing here.
    if (!isFor(claims, this.options.audience)) throw new InvalidToken('malformed', 'aud is not this server');
    return claims;
  }

  /** Takes note that this process has signed a token: it need not check its own signature. */
  noteSigned(token: string, kid: string): void {
    this.verified.noteSigned(token, kid);
  }

  /** The first use of a token that this process has signed: its payload is what was signed, to the letter. */
  private recallSigned(token: string): VerifiedToken | undefined {
    const kid = this.verified.signedWith(token);
    const claims = kid === undefined ? null : asClaims(payloadOf(token));
    if (kid === undefined || claims === null) return undefined;
    const known = { claims, kid };
    this.verified.set(token, known);
    return known;
  }

  /** What is remembered of a token whose key is still there; null where it has not been seen. */
  private known(token: string): AccessTokenClaims | null {
    const known = this.verified.get(token) ?? this.recallSigned(token);
    if (known === undefined) return null;
    if (this.keys.verificationKey(known.kid) !== undefined) return known.claims;
    this.verified.delete(token);
    return null;
  }

  private checkSignature(token: string, audience: string | undefined): unknown {
    // RFC 8725 §3.1: key and algorithm are ours to name, not the token's.
    const header = this.headerOf(token);
    const publicKey = this.fitting(header, this.keys.verificationKey(header.kid));
    try {
      return this.jwt.verify<Record<string, unknown>>(token, {
        ...this.options,
        audience: audience ?? ANY_AUDIENCE,
        publicKey: publicKey as unknown as Buffer,
      });
    } catch (error) {
      throw new InvalidToken('malformed', (error as Error).message);
    }
  }

  private goodClaims(payload: unknown): AccessTokenClaims {
    const claims = asClaims(payload);
    // RFC 9068 §2.2: all of these are required.
    if (claims === null) throw new InvalidToken('malformed', 'a required claim is missing or of the wrong kind');
    // RFC 7519 §4.1.6: a token from the future was not signed by a clock that can be trusted.
    if (claims.iat * 1_000 > this.clock.now() + this.toleranceMs) {
      throw new InvalidToken('malformed', 'iat is in the future');
    }
    this.assertCurrent(claims);
    return claims;
  }

  /** All tokens of a key have the same header, to the letter: one that was found good is not read again. */
  private headerOf(token: string): GoodHeader {
    const known = this.goodHeaders.get(token.slice(0, token.indexOf('.')));
    return known !== undefined && isCompactJws(token) ? known : readHeader(token);
  }

  private fitting(header: GoodHeader, key: VerificationKey | undefined): KeyObject {
    if (key === undefined || key.alg !== header.alg) throw new InvalidToken('malformed', 'kid is not ours');
    this.goodHeaders.set(header.encoded, header);
    return key.publicKey;
  }
}

/** Of an access token, as it came. */
interface GoodHeader {
  readonly encoded: string;
  readonly alg: string;
  readonly kid: string;
}

function readHeader(token: string): GoodHeader {
  const header = readCompactJws(token);
  if (header === null) throw new InvalidToken('malformed', 'not a compact JWS');
  // RFC 9068 §4, RFC 8725 §3.11: only an access token is an access token.
  if (header.typ !== ACCESS_TOKEN_TYPE && header.typ !== `application/${ACCESS_TOKEN_TYPE}`) {
    throw new InvalidToken('malformed', 'typ is not at+jwt');
  }
  // RFC 8725 §3.1: the algorithm is pinned.
  const alg = ALLOWED_ALGORITHMS.find((allowed) => allowed === header.alg);
  if (alg === undefined) throw new InvalidToken('malformed', 'alg is not allowed');
  // RFC 8725 §3.10, RFC 7515 §4.1.11: a token does not bring its own key or extensions.
  if (bringsItsOwn(header)) {
    throw new InvalidToken('malformed', 'refused header');
  }
  const { kid } = header;
  if (typeof kid !== 'string') throw new InvalidToken('malformed', 'kid is not ours');
  return { encoded: token.slice(0, token.indexOf('.')), alg, kid };
}

function asClaims(payload: unknown): AccessTokenClaims | null {
  if (typeof payload !== 'object' || payload === null) return null;
  const claims = payload as Record<string, unknown>;
  const audiences = audiencesOf(claims.aud);
  const texts = [claims.iss, claims.sub, claims.client_id, claims.jti, ...audiences];
  const instants = [claims.iat, claims.exp];
  const good =
    audiences.length > 0 &&
    texts.every((value) => typeof value === 'string' && value !== '') &&
    instants.every((value) => Number.isSafeInteger(value)) &&
    typeof claims.scope === 'string' &&
    parseScope(claims.scope) !== null &&
    [claims.sid, claims.family, claims.acr].every((value) => value === undefined || typeof value === 'string') &&
    (claims.auth_time === undefined || Number.isSafeInteger(claims.auth_time)) &&
    [claims.roles, claims.amr].every((value) => value === undefined || isListOfTexts(value)) &&
    (claims.cnf === undefined || isConfirmation(claims.cnf)) &&
    (claims.exchanged_from === undefined || isListOfOrigins(claims.exchanged_from));
  return good ? (Object.freeze(claims) as unknown as AccessTokenClaims) : null;
}

/** RFC 9449 §6.1: the thumbprint of the key that the token is bound to. */
function isConfirmation(value: unknown): boolean {
  return typeof value === 'object' && value !== null && typeof (value as { jkt?: unknown }).jkt === 'string';
}

function isListOfOrigins(value: unknown): boolean {
  if (!Array.isArray(value)) return false;
  return (value as (Partial<TokenOrigin> | null)[]).every(
    (origin) =>
      typeof origin?.jti === 'string' &&
      typeof origin.client_id === 'string' &&
      [origin.sub, origin.sid, origin.family].every((name) => name === undefined || typeof name === 'string'),
  );
}

/** RFC 7519 §4.1.3: one of the audiences, to the letter. */
function isFor({ aud }: AccessTokenClaims, audience: string): boolean {
  return aud === audience || (typeof aud !== 'string' && aud.includes(audience));
}

function isListOfTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function payloadOf(token: string): unknown {
  return JSON.parse(Buffer.from(token.split('.', 2)[1] ?? '', 'base64url').toString('utf8'));
}
