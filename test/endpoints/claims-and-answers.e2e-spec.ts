import {
  type ArgumentsHost,
  Catch,
  Controller,
  type ExceptionFilter,
  ForbiddenException,
  Get,
  Injectable,
  Module,
  Param,
  Post,
  UseFilters,
} from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import type { FastifyReply } from 'fastify';
import { decodeJwt } from 'jose';
import { AccessToken, type Claims } from '../../src/auth/access-token.decorator';
import { AccessTokens } from '../../src/auth/access-tokens';
import { AuthModule } from '../../src/auth/auth.module';
import {
  type ClaimsContext,
  type ClaimsContributor,
  type ClaimsVerifier,
  ContributesClaims,
  VerifiesClaims,
} from '../../src/auth/extension-points';
import { Public } from '../../src/auth/public.decorator';
import { RequireScopes } from '../../src/auth/require-scopes.decorator';
import { Problem } from '../../src/http/problem';
import { ProblemFilter } from '../../src/http/problem.filter';
import { InvalidToken, MissingToken, OAuthError } from '../../src/protocol/errors';
import { tokenChallenge } from '../../src/protocol/www-authenticate';
import { appsOfEachTest } from '../support/apps-of-each-test';
import { createTestApp, type TestApp } from '../support/create-test-app';
import { ROOMY_LIMITS } from '../support/roomy-limits';
import type { Answer } from '../support/test-client';

const told = ({ status, body }: Answer) => [status, body.code];

const signIn = async (app: TestApp, username: string) => {
  await app.register(username);
  const { access_token: access, refresh_token: refresh } = (await app.login(username)).body as Record<string, string>;
  return { access: access!, refresh: refresh!, client: app.withToken(access!) };
};

/** What the contributor of the tests says next. */
const contribution: { claims: Readonly<Record<string, unknown>>; refusal?: Error } = { claims: {} };

@ContributesClaims()
@Injectable()
class TenantClaims implements ClaimsContributor {
  readonly asked: ClaimsContext[] = [];

  async contribute(context: ClaimsContext): Promise<Readonly<Record<string, unknown>>> {
    this.asked.push(context);
    if (contribution.refusal !== undefined) throw contribution.refusal;
    return contribution.claims;
  }
}

@Controller('tenant')
class TenantController {
  @Get()
  read(@AccessToken() claims: Claims): Claims {
    return claims;
  }
}

@Module({ controllers: [TenantController], providers: [TenantClaims] })
class TenantModule {}

describe('@ContributesClaims()', () => {
  let app: TestApp;
  const lines: string[] = [];

  beforeAll(async () => {
    app = await createTestApp({ env: ROOMY_LIMITS, features: [TenantModule], log: (line) => lines.push(line) });
  });

  beforeEach(() => {
    contribution.claims = {};
    delete contribution.refusal;
  });

  afterAll(() => app.close());

  it('adds claims to the token, in the form that a reader of the token sees', async () => {
    contribution.claims = { tenant: 'blue', since: new Date(0), flags: ['a', 'b'], nothing: undefined };
    const { access, client } = await signIn(app, 'alice');
    const added = { tenant: 'blue', since: '1970-01-01T00:00:00.000Z', flags: ['a', 'b'] };
    expect(decodeJwt(access)).toMatchObject(added);
    const seen = await client.get('/tenant');
    expect(seen.body).toMatchObject(added);
    expect(seen.body).toEqual(decodeJwt(access));
    expect(decodeJwt(access)).not.toHaveProperty('nothing');
  });

  it('is asked again at every refresh, and told for whom the token is', async () => {
    contribution.claims = { tenant: 'blue' };
    const { access, refresh } = await signIn(app, 'bob');
    contribution.claims = { tenant: 'green' };
    const refreshed = await app.post('/auth/refresh', { refresh_token: refresh });
    expect(decodeJwt(refreshed.body.access_token as string)['tenant']).toBe('green');
    expect(app.resolve(TenantClaims).asked.at(-1)).toEqual({
      userId: decodeJwt(access).sub,
      clientId: 'first-party',
      scopes: ['account', 'notes:read', 'notes:write'],
      audience: ['http://localhost:3000'],
    });
  });

  it.each(['sub', 'iss', 'exp', 'scope', 'roles', 'sid', 'family', 'cnf'])(
    'may not set %s: the sign-in fails, and the log says why',
    async (claim) => {
      await app.register(`thief-${claim}`);
      contribution.claims = { tenant: 'blue', [claim]: 'mine' };
      lines.length = 0;
      const answer = await app.login(`thief-${claim}`);
      expect(told(answer)).toEqual([500, 'internal_error']);
      expect(answer.text).not.toContain('mine');
      expect(lines.join('\n')).toContain(`A claims contributor may not set the claim \\"${claim}\\"`);
      contribution.claims = {};
      expect((await app.login(`thief-${claim}`)).status).toBe(200);
    },
  );

  it('may refuse the token: nothing is issued, and the refresh token is not used up', async () => {
    const { refresh } = await signIn(app, 'carol');
    contribution.refusal = new Problem('forbidden', { detail: 'The tenant has not paid.' });
    const refused = await app.post('/auth/refresh', { refresh_token: refresh });
    expect([refused.status, refused.body.detail]).toEqual([403, 'The tenant has not paid.']);
    expect((await app.login('carol')).status).toBe(403);
    delete contribution.refusal;
    app.clock.advance(60);
    expect((await app.post('/auth/refresh', { refresh_token: refresh })).status).toBe(200);
  });
});

/** What the verifier of the tests does next. */
const verdict: { refusal?: Error } = {};

@VerifiesClaims()
@Injectable()
class TenantCheck implements ClaimsVerifier {
  async verify({ sub }: Claims): Promise<void> {
    if (verdict.refusal !== undefined && sub !== '') throw verdict.refusal;
  }
}

@Controller('checked')
class CheckedController {
  @Get()
  read(): { in: true } {
    return { in: true };
  }

  @Public()
  @Get('public')
  open(): { in: true } {
    return { in: true };
  }
}

@Module({ controllers: [CheckedController], providers: [TenantCheck] })
class CheckedModule {}

describe('@VerifiesClaims()', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp({ env: ROOMY_LIMITS, features: [CheckedModule] });
  });

  afterAll(() => app.close());

  it('is asked at every guarded route, for tokens that were seen before too, and at no public one', async () => {
    const { client } = await signIn(app, 'alice');
    expect((await client.get('/checked')).status).toBe(200);
    verdict.refusal = new InvalidToken('malformed', 'the tenant is closed');
    for (const path of ['/checked', '/protected', '/auth/me']) {
      const answer = await client.get(path);
      expect(told(answer)).toEqual([401, 'invalid_token']);
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer error="invalid_token"/);
      expect(answer.text).not.toContain('tenant');
    }
    expect((await client.get('/checked/public')).status).toBe(200);
    delete verdict.refusal;
    expect((await client.get('/checked')).status).toBe(200);
  });

  it('may refuse with an answer of its own', async () => {
    const { client } = await signIn(app, 'bob');
    verdict.refusal = new ForbiddenException('The office is closed.');
    const answer = await client.get('/checked');
    expect([answer.status, answer.body.code, answer.body.detail]).toEqual([403, 'forbidden', 'The office is closed.']);
    delete verdict.refusal;
  });
});

/** The answers of a feature with another error format: one for each cause. */
@Catch(OAuthError)
class ShopAnswers implements ExceptionFilter<OAuthError> {
  catch(error: OAuthError, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const cause =
      error instanceof InvalidToken ? error.reason : error instanceof MissingToken ? 'missing' : error.error;
    void reply.code(error.status).header('www-authenticate', tokenChallenge(error, null)).send({ shopError: cause });
  }
}

@UseFilters(ShopAnswers)
@Controller('shop')
class ShopController {
  @Get()
  read(): { in: true } {
    return { in: true };
  }

  @RequireScopes('shop:buy')
  @Get('basket')
  buy(): { in: true } {
    return { in: true };
  }
}

@Module({ controllers: [ShopController] })
class ShopModule {}

describe('error answers of a feature’s own', () => {
  const start = appsOfEachTest();

  it('by @UseFilters() on its controller hold for its routes, each cause apart, and for no others', async () => {
    const app = await start({ features: [ShopModule] });
    const { client } = await signIn(app, 'alice');
    const missing = await app.get('/shop');
    expect([missing.status, missing.body]).toEqual([401, { shopError: 'missing' }]);
    expect(missing.headers.get('www-authenticate')).toBe('Bearer');
    expect((await app.withToken('nonsense').get('/shop')).body).toEqual({ shopError: 'malformed' });
    const poor = await (await app.asUser({ scopes: [] })).get('/shop/basket');
    expect([poor.status, poor.body]).toEqual([403, { shopError: 'insufficient_scope' }]);
    expect(poor.headers.get('www-authenticate')).toContain('scope="shop:buy"');
    app.clock.advance(3_600);
    expect((await client.get('/shop')).body).toEqual({ shopError: 'expired' });
    expect(told(await app.get('/protected'))).toEqual([401, 'missing_token']);
  });

  it('by APP_FILTER hold for every route of the application', async () => {
    @Module({ providers: [{ provide: APP_FILTER, useClass: ShopAnswers }] })
    class EverywhereModule {}
    const app = await start({ features: [EverywhereModule] });
    expect((await app.get('/protected')).body).toEqual({ shopError: 'missing' });
    expect((await app.get('/auth/me')).body).toEqual({ shopError: 'missing' });
    expect((await app.get('/nowhere')).body.code).toBe('not_found');
  });

  it('may say it in words of their own and leave the rest to the house', async () => {
    @Catch(MissingToken)
    @Injectable()
    class PoliteAnswers implements ExceptionFilter<MissingToken> {
      constructor(private readonly problems: ProblemFilter) {}

      catch(error: MissingToken, host: ArgumentsHost): void {
        const headers = { 'www-authenticate': tokenChallenge(error, null) };
        this.problems.catch(new Problem('missing_token', { detail: 'Please sign in first.', headers }), host);
      }
    }
    @Module({ providers: [{ provide: APP_FILTER, useClass: PoliteAnswers }] })
    class PoliteModule {}
    const app = await start({ features: [PoliteModule] });
    const answer = await app.get('/protected');
    expect(answer.body).toMatchObject({ code: 'missing_token', detail: 'Please sign in first.' });
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(told(await app.withToken('nonsense').get('/protected'))).toEqual([401, 'invalid_token']);
  });
});

@Controller('desk')
class DeskController {
  constructor(private readonly tokens: AccessTokens) {}

  @Post('revoke')
  async revoke(@AccessToken() claims: Claims): Promise<void> {
    await this.tokens.revoke(claims);
  }

  @Public()
  @Get('read/:token')
  read(@Param('token') token: string): { jti: string } {
    return { jti: this.tokens.read(token).jti };
  }
}

@Module({ imports: [AuthModule], controllers: [DeskController] })
class DeskModule {}

describe('AccessTokens', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp({ env: ROOMY_LIMITS, features: [DeskModule] });
  });

  afterAll(() => app.close());

  it('takes back one token: its session and its refresh token go on', async () => {
    const { client, refresh } = await signIn(app, 'alice');
    expect((await client.post('/desk/revoke')).status).toBe(201);
    expect(told(await client.get('/protected'))).toEqual([401, 'token_revoked']);
    const refreshed = await app.post('/auth/refresh', { refresh_token: refresh });
    expect((await app.withToken(refreshed.body.access_token as string).get('/protected')).status).toBe(200);
  });

  it('reads a token that is good, and no other', async () => {
    const { access, client } = await signIn(app, 'bob');
    const tokens = app.resolve(AccessTokens);
    expect(tokens.read(access)).toEqual(decodeJwt(access));
    expect(() => tokens.read(`${access}x`)).toThrow(InvalidToken);
    await client.post('/auth/logout');
    expect(() => tokens.read(access)).toThrow('The access token was revoked.');
  });
});
