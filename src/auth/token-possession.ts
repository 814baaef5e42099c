import { type ExecutionContext, Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings';
import { InvalidToken, OAuthError } from '../protocol/errors';
import { InvalidDpopProof } from '../protocol/request-errors';
import { DpopNonces } from '../sender-constraint/dpop-nonces';
import { DpopProofs } from '../sender-constraint/dpop-proofs';
import type { AccessTokenClaims } from '../tokens/access-token-claims';
import type { Carrier } from './authentication';
import type { Credential, CredentialExtractor } from './credentials/credential';

/** Whether bound tokens are known here at all. */
export interface PossessionTerms {
  readonly oauthFeatures: Pick<Settings['oauthFeatures'], 'dpop'>;
}

/** Sees to it that whoever brings a token that is bound to a key holds that key (RFC 9449 §7). */
@Injectable()
export class TokenPossession {
  private readonly isOn: boolean;
  /** What has been proved of a carrier: a socket, or a request that several resolvers answer, brings one proof for all of it. */
  private readonly proofs = new WeakMap<Carrier, { readonly token: string; readonly outcome: Promise<void> }>();

  constructor(
    private readonly verifier: DpopProofs,
    private readonly nonces: DpopNonces,
    @Inject(SETTINGS) { oauthFeatures }: PossessionTerms,
  ) {
    this.isOn = oauthFeatures.dpop;
  }

  /** Whether there is anything to prove: of a token that is bound to nothing and came as such, there is not. */
  isDue({ scheme }: Credential, { cnf }: AccessTokenClaims): boolean {
    return cnf !== undefined || scheme === 'DPoP';
  }

  /**
   * @throws {InvalidToken} where a bound token came as if it were none, or one that is not bound as if it were
   * @throws {InvalidDpopProof} where the proof is not one of this token's key for this request
   * @throws {UseDpopNonce} where it lacks a nonce
   */
  async assertProved(
    context: ExecutionContext,
    extractor: CredentialExtractor,
    credential: Credential,
    claims: AccessTokenClaims,
  ): Promise<void> {
    try {
      await this.proveOnce(context, extractor, credential, claims);
    } catch (error) {
      if (error instanceof OAuthError) error.challenge = { scheme: 'DPoP', scopes: [] };
      throw error;
    }
  }

  private proveOnce(
    ...[context, extractor, credential, claims]: Parameters<TokenPossession['assertProved']>
  ): Promise<void> {
    const carrier = extractor.carrierOf(context);
    const known = this.proofs.get(carrier);
    if (known?.token === credential.token) return known.outcome;
    const outcome = this.prove(context, extractor, credential, claims);
    this.proofs.set(carrier, { token: credential.token, outcome });
    return outcome;
  }

  private async prove(
    context: ExecutionContext,
    extractor: CredentialExtractor,
    { token, scheme }: Credential,
    { cnf }: AccessTokenClaims,
  ): Promise<void> {
    // RFC 9449 §7.1, §7.2: a bound token is no bearer token, and the other way round.
    if (cnf === undefined) throw new InvalidToken('malformed', 'the token is bound to no key');
    if (scheme !== 'DPoP' || !this.isOn) throw new InvalidToken('malformed', 'the token is bound to a key');
    const presented = extractor.proof(extractor.carrierOf(context));
    if (presented === null) throw new InvalidToken('malformed', 'there is no place for a proof here');
    extractor.offerNonce(context, this.nonces.give());
    const { jkt } = await this.verifier.verify(presented, token);
    // RFC 9449 §7.1
    if (jkt !== cnf.jkt) throw new InvalidDpopProof('The proof is made with another key than the one of the token.');
  }
}
