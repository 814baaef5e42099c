import { Body, Controller, HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { ACCOUNT_SCOPE } from '../clients/account-scope';
import { FIRST_PARTY_CLIENT_ID } from '../clients/client.entity';
import { DescribeOperation } from '../http/describe-operation.decorator';
import { Problem } from '../http/problem';
import type { TokenResponse } from '../tokens/issue-order';
import type { Claims } from './access-token.decorator';
import { AccessTokens } from './access-tokens';
import { authenticationOfCarrier } from './authentication';
import { LoginDto } from './login.dto';
import { RefreshDto } from './dto/refresh.dto';
import { LocalGuard } from './guards/local.guard';
import { OptionalAuth } from './optional-auth.decorator';
import type { AuthenticatedPerson } from './password-authenticator';
import { People } from './people';
import { Public } from './public.decorator';
import { requestOrigin } from './request-origin';
import { RequireScopes } from './require-scopes.decorator';
import { SignIn } from './sign-in';
import { SignOut } from './sign-out';
import { TokenDelivery } from './token-delivery';
import { TokenRefresh } from './token-refresh';
import { TokensView } from './tokens.view';

/** Signing in, refreshing and signing out, for the server's own pages and programs. */
@Controller('auth')
export class AuthController {
  constructor(
    private readonly signIn: SignIn,
    private readonly signOut: SignOut,
    private readonly tokenRefresh: TokenRefresh,
    private readonly delivery: TokenDelivery,
    private readonly people: People,
    private readonly accessTokens: AccessTokens,
  ) {}

  /** Exchanges a user name or e-mail address and a password for tokens. */
  @Public()
  @UseGuards(LocalGuard)
  @Post('login')
  @HttpCode(200)
  @DescribeOperation({
    summary: 'Sign in',
    description: 'Exchanges a user name or e-mail address and a password for tokens.',
    answer: TokensView,
    problems: ['invalid_credentials', 'csrf_failed', 'rate_limited', 'temporarily_unavailable'],
  })
  async login(
    @Body() body: LoginDto,
    @Req() request: FastifyRequest & { user: AuthenticatedPerson },
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TokenResponse> {
    this.delivery.assertAllowed(request, body.cookies === true);
    const signedIn = await this.signIn.signIn(request.user, requestOrigin(request));
    return this.delivery.deliver(reply, signedIn, body.cookies === true);
  }

  /** Exchanges a refresh token for a new access token and the refresh token's successor. */
  @Public()
  @Post('refresh')
  @HttpCode(200)
  @DescribeOperation({
    summary: 'Refresh',
    description: 'Exchanges a refresh token for a new access token and the refresh token’s successor.',
    body: RefreshDto,
    answer: TokensView,
    problems: ['invalid_refresh_token', 'csrf_failed', 'rate_limited'],
  })
  async refresh(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TokenResponse> {
    const presented = await this.delivery.refreshTokenOf(request);
    const signedIn = await this.delivery.redeem(presented, reply, (token) =>
      this.tokenRefresh.refresh(token, requestOrigin(request)),
    );
    return this.delivery.deliver(reply, signedIn, presented.source === 'cookie');
  }

  /** Ends the session of the access token (a token without one is taken back), or of the refresh token where no access token is left. */
  @OptionalAuth()
  @Post('logout')
  @HttpCode(204)
  @DescribeOperation({
    summary: 'Sign out',
    description:
      'Ends the session of the access token, or of the refresh token in the body where no access token is left.',
    body: RefreshDto,
    problems: ['invalid_refresh_token', 'csrf_failed'],
  })
  async logout(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    const claims = authenticationOfCarrier(request)?.claims ?? null;
    const session =
      claims === null
        ? await this.sessionOfRefreshToken(request, reply)
        : { userId: claims.sub, sessionId: sessionOf(claims) };
    const origin = requestOrigin(request);
    if (session.sessionId !== undefined) await this.signOut.signOut(session.userId, session.sessionId, origin);
    // Without a session of its own there is the token alone; whoever is told that they are signed out must not still be let in with it.
    else if (claims !== null) await this.accessTokens.revoke(claims, origin);
    this.delivery.clear(reply);
  }

  /** Ends all sessions of the person. */
  @Post('logout-all')
  @RequireScopes(ACCOUNT_SCOPE)
  @HttpCode(204)
  @DescribeOperation({
    summary: 'Sign out everywhere',
    description: 'Ends all sessions of the person.',
    problems: ['forbidden'],
  })
  async logoutAll(@Req() request: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<void> {
    const person = await authenticationOfCarrier(request)?.person();
    if (person === null || person === undefined) throw new Problem('forbidden');
    await this.signOut.signOutEverywhere(person.id, requestOrigin(request));
    this.delivery.clear(reply);
  }

  private async sessionOfRefreshToken(
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<{ userId: string; sessionId: string | undefined }> {
    const presented = await this.delivery.refreshTokenOf(request);
    return this.delivery.redeem(presented, reply, async (token) => {
      const family = await this.people.familyToEnd(token);
      if (family === null || family.user_id === null) throw new Problem('invalid_refresh_token');
      return { userId: family.user_id, sessionId: family.session_id ?? undefined };
    });
  }
}

/** The session that a token ends: another client was let into it, and must not end it. */
function sessionOf({ client_id: clientId, sid }: Claims): string | undefined {
  return clientId === FIRST_PARTY_CLIENT_ID ? sid : undefined;
}
