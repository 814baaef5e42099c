import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BrowserSessions } from '../../auth/browser-sessions';
import { BrowserSignIn, type ProvenPerson } from '../../auth/browser-sign-in';
import type { LoginDto } from '../../auth/login.dto';
import { PasswordAuthenticator } from '../../auth/password-authenticator';
import { requestOrigin } from '../../auth/request-origin';
import { UserStore } from '../../users/user.store';

/** Signs people in on pages: what the browser keeps of it is a cookie. */
@Injectable()
export class PageSignIn {
  constructor(
    private readonly passwords: PasswordAuthenticator,
    private readonly signIns: BrowserSignIn,
    private readonly browsers: BrowserSessions,
    private readonly users: UserStore,
  ) {}

  /** @returns the id of the person @throws {Problem} invalid_credentials, rate_limited or temporarily_unavailable */
  async withPassword({ username, password }: LoginDto, request: FastifyRequest, reply: FastifyReply): Promise<string> {
    const { user, checkedHash } = await this.passwords.authenticate(username, password, requestOrigin(request));
    await this.begin({ userId: user.id, checkedHash }, request, reply);
    return user.id;
  }

  /** Signs in somebody who has chosen their password a moment ago. */
  async asNew(userId: string, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const checkedHash = (await this.users.passwordHash(userId)) ?? '';
    await this.begin({ userId, checkedHash }, request, reply);
  }

  private async begin(person: ProvenPerson, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const present = await this.browsers.accounts(request);
    const cookie = await this.signIns.signIn(person, present, requestOrigin(request));
    this.browsers.begin(reply, cookie, present);
  }
}
