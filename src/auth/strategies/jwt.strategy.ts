import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { Strategy } from 'passport-jwt';
import type { AccessTokenClaims } from '../../tokens/access-token-claims';
import { AccessTokenVerifier } from '../../tokens/access-token-verifier';

/** What the guard runs the strategy with: the credential that it took out of the context. */
export interface JwtStrategyRequest {
  readonly credential: { readonly token: string };
}

/**
 * Passport's JWT strategy as an adapter of {@link AccessTokenVerifier}: the verifier names the key and the options, passport-jwt
 * checks the signature with them, the verifier takes the claims.
 */
@Injectable()
export class JwtStrategy extends PassportStrategy(Strategy, 'jwt') {
  constructor(private readonly verifier: AccessTokenVerifier) {
    super({
      jwtFromRequest: (request: unknown) => (request as JwtStrategyRequest).credential.token,
      secretOrKeyProvider: (_request: unknown, token: string, done: (error: unknown, key?: never) => void) => {
        verifier.signingKeyOf(token).then((key) => done(null, key as never), done);
      },
      passReqToCallback: true,
      ...verifier.options,
    });
  }

  /** @throws {InvalidToken} when a required claim is missing, or the token has expired or was revoked */
  validate(request: JwtStrategyRequest, payload: unknown): AccessTokenClaims {
    return this.verifier.accept(request.credential.token, payload);
  }
}
