import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { sha256 } from '../../src/crypto/digest';
import { randomId } from '../../src/crypto/random-id';
import { TEST_ISSUER, type TestApp } from './create-test-app';

/** What a proof is made for, and what is to be different from a good one. */
export interface ProofOptions {
  readonly method?: string;
  /** The path that is asked for. */
  readonly path?: string;
  readonly accessToken?: string;
  readonly nonce?: string;
  /** Members of the payload that take the place of good ones; undefined takes one out. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** The same for the header. */
  readonly header?: Readonly<Record<string, unknown>>;
}

/** Somebody who holds a key, and makes proofs of it (RFC 9449 §4.2) by the clock of a test. */
export class KeyHolder {
  private constructor(
    private readonly privateKey: CryptoKey,
    readonly privateJwk: JWK,
    readonly publicJwk: JWK,
    readonly jkt: string,
    private readonly alg: string,
    private readonly app: Pick<TestApp, 'clock'>,
  ) {}

  static async make(app: Pick<TestApp, 'clock'>, alg = 'ES256'): Promise<KeyHolder> {
    const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
    const jwk = await exportJWK(publicKey);
    return new KeyHolder(privateKey, await exportJWK(privateKey), jwk, await calculateJwkThumbprint(jwk), alg, app);
  }

  /** The header of a request with a proof. */
  async header(options: ProofOptions = {}): Promise<{ dpop: string }> {
    return { dpop: await this.proof(options) };
  }

  /** The headers of a request to a guarded route. */
  async headers(accessToken: string, options: ProofOptions = {}): Promise<{ dpop: string; authorization: string }> {
    const dpop = await this.proof({ method: 'GET', path: '/protected', accessToken, ...options });
    return { dpop, authorization: `DPoP ${accessToken}` };
  }

  async proof({
    method = 'POST',
    path = '/oauth/token',
    accessToken,
    nonce,
    claims,
    header,
  }: ProofOptions = {}): Promise<string> {
    const payload = {
      jti: randomId(),
      iat: Math.floor(this.app.clock.now() / 1_000),
      htm: method,
      htu: `${TEST_ISSUER}${path}`,
      ...(accessToken === undefined ? {} : { ath: sha256(accessToken) }),
      ...(nonce === undefined ? {} : { nonce }),
      ...claims,
    };
    const protectedHeader = { typ: 'dpop+jwt', alg: this.alg, jwk: this.publicJwk, ...header };
    return new SignJWT(without(payload)).setProtectedHeader(without(protectedHeader) as never).sign(this.privateKey);
  }
}

function without(members: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
