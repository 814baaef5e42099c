import { Inject, Injectable } from '@nestjs/common';
import { calculateJwkThumbprint, compactVerify, decodeProtectedHeader, importJWK, type JWK } from 'jose';
import { Clock } from '../config/clock';
import { SETTINGS, type Settings, type TokenSettings } from '../config/settings';
import { sha256 } from '../crypto/digest';
import { DPOP_ALGORITHMS, isSameTarget, type PresentedProof } from '../protocol/dpop';
import { InvalidDpopProof, UseDpopNonce } from '../protocol/request-errors';
import { DpopNonces, LONGEST_NONCE } from './dpop-nonces';
import { UsedProofs } from './used-proofs';

/** The longest proof that is looked at. */
const LONGEST = 4_096;

/** The longest `jti` that is looked at (RFC 9449 §11.1 lets a server refuse longer ones). */
const LONGEST_JTI = 256;

/** How old a proof without a nonce may be, in seconds: long enough for slow networks, short enough to be of no use to whoever finds it. */
const MOST_AGE = 60;

/** How far a client's clock may be ahead, in seconds, where CLOCK_TOLERANCE is less. */
const LEAST_SKEW = 10;

/** The longest parts of an RSA key as base64url: 4096 bits, and exponents up to 32 bits. */
const LONGEST_MODULUS = 683;
const LONGEST_EXPONENT = 6;

/** Members of a JWK that hold a secret (RFC 7518 §6.2.2, §6.3.2, §6.4.1). */
const SECRET_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/** The key of whom a proof was good. */
export interface ProvenKey {
  /** Its thumbprint (RFC 7638). */
  readonly jkt: string;
}

interface ProofClaims {
  readonly jti: string;
  readonly iat: number;
  readonly nonce: string | undefined;
}

/** What proofs are held to: how far clocks may differ, and whether a nonce is needed. */
export interface ProofTerms extends Pick<Settings, 'dpopNonce'> {
  readonly tokens: Pick<TokenSettings, 'clockTolerance'>;
}

/** Checks proofs of possession (RFC 9449 §4.3), each of which is good for one request. */
@Injectable()
export class DpopProofs {
  private readonly skew: number;

  constructor(
    private readonly nonces: DpopNonces,
    private readonly used: UsedProofs,
    private readonly clock: Clock,
    @Inject(SETTINGS) private readonly settings: ProofTerms,
  ) {
    this.skew = Math.max(LEAST_SKEW, settings.tokens.clockTolerance);
  }

  /**
   * The key that a proof was made with.
   * @param accessToken the token that is presented with it (RFC 9449 §4.3); null where there is none yet
   * @throws {InvalidDpopProof} where it is malformed, for another request, too old, or was used before
   * @throws {UseDpopNonce} where it lacks a nonce of ours that is good now
   */
  async verify(presented: PresentedProof, accessToken: string | null): Promise<ProvenKey> {
    const proof = theOneOf(presented.headers);
    const { key, jwk } = await keyOf(proof);
    const payload = await payloadOf(proof, key);
    const claims = claimsOf(payload, presented, accessToken);
    this.assertNonce(claims);
    this.assertFresh(claims);
    const jkt = await calculateJwkThumbprint(jwk);
    await this.useUp(claims, jkt);
    return { jkt };
  }

  private assertNonce({ nonce }: ProofClaims): void {
    if (nonce === undefined && this.settings.dpopNonce === 'optional') return;
    // RFC 9449 §8, §9
    if (nonce === undefined || !this.nonces.isGood(nonce)) throw new UseDpopNonce(this.nonces.give());
  }

  /** RFC 9449 §11.1: a nonce of ours tells the age better than the client's clock does, which need not be right then. */
  private assertFresh({ iat, nonce }: ProofClaims): void {
    if (nonce !== undefined) return;
    const age = this.clock.now() / 1_000 - iat;
    if (age > MOST_AGE + this.skew || age < -this.skew) {
      throw new InvalidDpopProof('The proof is too old, or from the future: look at the clock (RFC 9449 §11.1).');
    }
  }

  /** RFC 9449 §11.1: each proof is good once. */
  private async useUp({ jti, iat, nonce }: ProofClaims, jkt: string): Promise<void> {
    const now = this.clock.now();
    const until = nonce === undefined ? (iat + MOST_AGE + 2 * this.skew) * 1_000 : now + LONGEST_NONCE;
    if (await this.used.use(jkt, jti, until)) return;
    throw new InvalidDpopProof('The proof was used before: make one for each request (RFC 9449 §11.1).');
  }
}

function theOneOf(headers: readonly string[]): string {
  const [proof] = headers;
  if (proof === undefined) throw new InvalidDpopProof('Send a DPoP proof in the DPoP header (RFC 9449 §4.1).');
  // RFC 9449 §4.3: there is not more than one DPoP header; one with commas was made of several.
  if (headers.length > 1 || proof.includes(',')) throw new InvalidDpopProof('Send one DPoP header only.');
  if (proof.length > LONGEST || !/^[\w-]+\.[\w-]+\.[\w-]+$/.test(proof)) {
    throw new InvalidDpopProof('The DPoP header holds no compact JWS.');
  }
  return proof;
}

async function keyOf(proof: string): Promise<{ key: Parameters<typeof compactVerify>[1]; jwk: JWK }> {
  const header = headerOf(proof);
  // RFC 9449 §4.3: the type keeps other tokens from being taken for proofs.
  if (header.typ !== 'dpop+jwt') throw new InvalidDpopProof('The proof must be of typ dpop+jwt (RFC 9449 §4.2).');
  if (header.alg === undefined || !DPOP_ALGORITHMS.includes(header.alg)) {
    throw new InvalidDpopProof('The proof must be signed with one of the algorithms that the metadata lists.');
  }
  // RFC 7515 §4.1.11: nothing here is understood that would have to be.
  if (header.crit !== undefined) throw new InvalidDpopProof('The proof must not have crit.');
  const { jwk } = header;
  if (typeof jwk !== 'object' || jwk === null) throw new InvalidDpopProof('The proof must hold its public key in jwk.');
  // RFC 9449 §4.3: the key must not be a private one; whoever sends that has lost it.
  if (SECRET_MEMBERS.some((member) => Object.hasOwn(jwk, member))) {
    throw new InvalidDpopProof('The jwk of the proof must be public: make a new key, this one is known now.');
  }
  // RFC 8725 §3.5; what an odd exponent costs to check is for whoever sends it to pay (CWE-407).
  if (jwk.kty === 'RSA' && (String(jwk.n).length > LONGEST_MODULUS || String(jwk.e).length > LONGEST_EXPONENT)) {
    throw new InvalidDpopProof('The RSA key of the proof must have at most 4096 bits and a usual exponent.');
  }
  try {
    const key = await importJWK(jwk, header.alg);
    if (key instanceof Uint8Array) throw new Error('a symmetric key');
    return { key, jwk };
  } catch {
    throw new InvalidDpopProof('The jwk of the proof cannot be used with its alg.');
  }
}

function headerOf(proof: string): ReturnType<typeof decodeProtectedHeader> {
  try {
    return decodeProtectedHeader(proof);
  } catch {
    throw new InvalidDpopProof('The header of the proof cannot be read.');
  }
}

async function payloadOf(
  proof: string,
  key: Parameters<typeof compactVerify>[1],
): Promise<Readonly<Record<string, unknown>>> {
  try {
    const { payload } = await compactVerify(proof, key, { algorithms: [...DPOP_ALGORITHMS] });
    const claims: unknown = JSON.parse(Buffer.from(payload).toString('utf8'));
    if (typeof claims === 'object' && claims !== null) return claims as Record<string, unknown>;
  } catch {
    throw new InvalidDpopProof('The signature of the proof is not made with its key.');
  }
  throw new InvalidDpopProof('The proof holds no claims.');
}

/** RFC 9449 §4.3 */
function claimsOf(
  { jti, iat, htm, htu, ath, nonce }: Readonly<Record<string, unknown>>,
  { method, url }: PresentedProof,
  accessToken: string | null,
): ProofClaims {
  if (typeof jti !== 'string' || jti === '' || jti.length > LONGEST_JTI) {
    throw new InvalidDpopProof(`The proof must have a jti of at most ${LONGEST_JTI} characters.`);
  }
  if (typeof iat !== 'number' || !Number.isFinite(iat)) throw new InvalidDpopProof('The proof must have iat.');
  if (htm !== method) throw new InvalidDpopProof('The htm of the proof is not the method of the request.');
  // RFC 9449 §4.2: without query and fragment. Deviation: §4.3 lets a server ignore them; a proof that has them was not made as it should be.
  if (!isSameTarget(htu, url)) {
    throw new InvalidDpopProof('The htu of the proof is not the address of the request without query and fragment.');
  }
  if (accessToken !== null && ath !== sha256(accessToken)) {
    throw new InvalidDpopProof('The ath of the proof is not the digest of the access token.');
  }
  if (nonce !== undefined && typeof nonce !== 'string') {
    throw new InvalidDpopProof('The nonce of the proof is no text.');
  }
  return { jti, iat, nonce };
}
