import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Strategy } from 'passport-local';
import { requestOrigin } from '../request-origin';
import { type AuthenticatedPerson, PasswordAuthenticator } from '../password-authenticator';

/** Passport's local strategy as an adapter of {@link PasswordAuthenticator}. */
@Injectable()
export class LocalStrategy extends PassportStrategy(Strategy, 'local') {
  constructor(private readonly authenticator: PasswordAuthenticator) {
    super({ usernameField: 'username', passwordField: 'password', passReqToCallback: true });
  }

  /** @throws {Problem} invalid_credentials or rate_limited */
  validate(request: FastifyRequest, username: string, password: string): Promise<AuthenticatedPerson> {
    return this.authenticator.authenticate(username, password, requestOrigin(request));
  }
}
