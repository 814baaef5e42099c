import { Inject, Injectable } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Clock } from '../config/clock';
import { SETTINGS, type Settings } from '../config/settings';
import { UnitOfWork } from '../database/unit-of-work';
import { type Log, LOG } from '../logging/log';
import type { AccessTokenClaims } from '../tokens/access-token-claims';
import { TokenCookies } from './token-cookies';
import { TokenRefresh } from './token-refresh';

/** An access token in a cookie is renewed when less than this part of its life is left. */
const RENEW_AT = 1 / 3;

/** Keeps people signed in while they use a page: the access token in the cookie is renewed before it expires. */
@Injectable()
export class CookieRenewal {
  private readonly threshold: number;

  constructor(
    private readonly unitOfWork: UnitOfWork,
    private readonly tokens: TokenRefresh,
    private readonly cookies: TokenCookies,
    private readonly clock: Clock,
    @Inject(SETTINGS) settings: Settings,
    @Inject(LOG) private readonly log: Log,
  ) {
    this.threshold = settings.tokens.accessTokenLifetime * 1_000 * RENEW_AT;
  }

  /**
   * Sets a new access cookie on the answer where the present one is about to expire and its session still lives. The present one is
   * still good: a renewal that fails does not fail the request.
   */
  renewIfDue(reply: FastifyReply, claims: AccessTokenClaims): Promise<void> | undefined {
    if (claims.exp * 1_000 - this.clock.now() > this.threshold) return undefined;
    return this.renew(reply, claims);
  }

  private async renew(reply: FastifyReply, { sid, family }: AccessTokenClaims): Promise<void> {
    if (sid === undefined || family === undefined) return;
    try {
      const tokens = await this.unitOfWork.run((transaction) => this.tokens.renew(transaction, sid, family));
      if (tokens !== null) this.cookies.set(reply, tokens, sid);
    } catch (err) {
      this.log.warn({ err }, 'The access token in the cookie could not be renewed.');
    }
  }
}
