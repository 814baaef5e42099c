import { Body, Controller, Get, Header, HttpCode, Patch, Post, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ACCOUNT_SCOPE } from '../clients/account-scope';
import { DescribeOperation } from '../http/describe-operation.decorator';
import { Problem } from '../http/problem';
import { AccessToken, type Claims } from './access-token.decorator';
import { Accounts } from './accounts';
import type { CurrentPerson } from './current-person';
import { CurrentUser } from './current-user.decorator';
import { DescribeScopes } from './describe-scopes.decorator';
import { PasswordDto } from './dto/password.dto';
import { ProfileDto } from './dto/profile.dto';
import { RegisterDto } from './register.dto';
import { PasswordAuthenticator } from './password-authenticator';
import { ProfileView } from './person.view';
import { type Profile, Profiles } from './profiles';
import { Public } from './public.decorator';
import { Registration } from './registration';
import { requestOrigin } from './request-origin';
import { RequireScopes } from './require-scopes.decorator';

const OF_A_CLIENT = { detail: 'This token belongs to a client, not to a person.' };

/** A person's own account: registering, looking at it, changing it. */
@DescribeScopes({
  [ACCOUNT_SCOPE]: 'Read and change your account: name, e-mail address, password, and where you are signed in',
})
@Controller('auth')
export class AccountController {
  constructor(
    private readonly accounts: Accounts,
    private readonly profiles: Profiles,
    private readonly passwords: PasswordAuthenticator,
    private readonly registration: Registration,
  ) {}

  /** Registers a person, where REGISTRATION is open. */
  @Public()
  @Post('register')
  @HttpCode(201)
  @DescribeOperation({
    summary: 'Register',
    answer: ProfileView,
    problems: ['registration_closed', 'identity_taken', 'rate_limited', 'temporarily_unavailable'],
  })
  async register(
    @Body() body: RegisterDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Profile> {
    const id = await this.registration.register(body, requestOrigin(request));
    void reply.header('Location', '/auth/me');
    return this.profiles.get(id);
  }

  /** The person behind the access token. */
  @Get('me')
  @RequireScopes(ACCOUNT_SCOPE)
  @DescribeOperation({ summary: 'Read your profile', answer: ProfileView, problems: ['forbidden'] })
  @Header('Cache-Control', 'no-store')
  me(@AccessToken() claims: Claims | null): Promise<Profile> {
    if (claims === null || claims.sub === claims.client_id) throw new Problem('forbidden', OF_A_CLIENT);
    return this.profiles.behind(claims.sub);
  }

  /** Changes the display name, the e-mail address (for which the password is asked again), and what else people say of themselves. */
  @Patch('me')
  @RequireScopes(ACCOUNT_SCOPE)
  @DescribeOperation({
    summary: 'Change your profile',
    description: 'What is left out stays. A new e-mail address needs `currentPassword`.',
    answer: ProfileView,
    problems: ['forbidden', 'wrong_password', 'identity_taken', 'rate_limited'],
  })
  async change(
    @Body() body: ProfileDto,
    @CurrentUser() person: CurrentPerson | null,
    @Req() request: FastifyRequest,
  ): Promise<Profile> {
    return this.profiles.change(assertPerson(person), body, requestOrigin(request));
  }

  /** Changes the password and ends all other sessions. */
  @Post('password')
  @RequireScopes(ACCOUNT_SCOPE)
  @HttpCode(204)
  @DescribeOperation({
    summary: 'Change your password',
    description: 'All other sessions end; the one that asks goes on.',
    problems: ['forbidden', 'wrong_password', 'rate_limited'],
  })
  async changePassword(
    @Body() body: PasswordDto,
    @CurrentUser() person: CurrentPerson | null,
    @AccessToken() claims: Claims | null,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    const origin = requestOrigin(request);
    const { id } = assertPerson(person);
    const checkedHash = await this.passwords.confirm(id, body.currentPassword, origin);
    await this.accounts.setPassword(id, body.newPassword, claims?.sid ?? null, origin, checkedHash);
  }
}

/** @throws {Problem} forbidden for a client that acts for itself */
function assertPerson(person: CurrentPerson | null): CurrentPerson {
  if (person === null) throw new Problem('forbidden', OF_A_CLIENT);
  return person;
}
