import { Body, Controller, Get, Module, Post } from '@nestjs/common';
import { AccessToken, type Claims } from '../../src/auth/access-token.decorator';
import { CurrentUser } from '../../src/auth/current-user.decorator';
import type { CurrentPerson } from '../../src/auth/current-person';
import { OptionalAuth } from '../../src/auth/optional-auth.decorator';
import { Public } from '../../src/auth/public.decorator';
import { RequireAcr, RequireFresh } from '../../src/auth/require-fresh.decorator';
import { RefreshToken, RequireRefreshToken } from '../../src/auth/require-refresh-token.decorator';
import { RequireRoles } from '../../src/auth/require-roles.decorator';
import { RequireScopes } from '../../src/auth/require-scopes.decorator';
import { UnitOfWork } from '../../src/database/unit-of-work';
import { appsOfEachTest } from '../support/apps-of-each-test';
import { RESOURCE_METADATA } from '../support/challenges';
import { createTestApp, type TestApp } from '../support/create-test-app';
import { openRows } from '../support/database-rows';
import { ROOMY_LIMITS } from '../support/roomy-limits';
import type { Answer } from '../support/test-client';

interface Seen {
  readonly person: string | null;
  readonly subject: string | null;
  readonly refreshToken: string | null;
}

const seen = (person: CurrentPerson | null, claims: Claims | null, refreshToken: string | null = null): Seen => ({
  person: person?.username ?? null,
  subject: claims?.sub ?? null,
  refreshToken,
});

@Controller('house')
class HouseController {
  @Public()
  @Get('public')
  everybody(@CurrentUser() person: CurrentPerson | null, @AccessToken() claims: Claims | null): Seen {
    return seen(person, claims);
  }

  @OptionalAuth()
  @Get('optional')
  anybody(@CurrentUser() person: CurrentPerson | null, @AccessToken() claims: Claims | null): Seen {
    return seen(person, claims);
  }

  @RequireRoles('keeper', 'reviewer')
  @Get('roles')
  keepers(): { in: true } {
    return { in: true };
  }

  @RequireFresh(300)
  @Get('fresh')
  fresh(): { in: true } {
    return { in: true };
  }

  @RequireAcr('urn:gatehouse:acr:password')
  @Get('password')
  withPassword(): { in: true } {
    return { in: true };
  }

  @RequireAcr('urn:example:acr:passkey', 'urn:example:acr:two-factors')
  @Get('passkey')
  withPasskey(): { in: true } {
    return { in: true };
  }

  @RequireRefreshToken()
  @Post('refresh-only')
  refreshOnly(
    @CurrentUser() person: CurrentPerson | null,
    @AccessToken() claims: Claims | null,
    @RefreshToken() token: string | null,
  ): Seen {
    return seen(person, claims, token);
  }
}

@RequireScopes('house:enter')
@Controller('cellar')
class CellarController {
  @Get()
  look(): { in: true } {
    return { in: true };
  }

  @RequireScopes('cellar:drink', 'house:enter')
  @Post()
  drink(@Body() _body: object): { in: true } {
    return { in: true };
  }

  @Public()
  @Get('window')
  window(): { in: true } {
    return { in: true };
  }
}

@Public()
@Controller('garden')
class GardenController {
  @Get()
  stroll(): { in: true } {
    return { in: true };
  }

  @RequireScopes('garden:dig')
  @Post()
  dig(): { in: true } {
    return { in: true };
  }
}

@Module({ controllers: [HouseController, CellarController, GardenController] })
class HouseModule {}

@Controller('contradiction')
class OpenAndDemandingController {
  @OptionalAuth()
  @RequireScopes('some:scope')
  @Get()
  read(): void {}
}

@Module({ controllers: [OpenAndDemandingController] })
class OpenAndDemandingModule {}

@RequireRoles('admin')
@Controller('contradiction')
class DemandingRefreshController {
  @RequireRefreshToken()
  @Get()
  read(): void {}
}

@Module({ controllers: [DemandingRefreshController] })
class DemandingRefreshModule {}

const told = ({ status, body }: Answer) => [status, body.code];
const challengeOf = ({ headers }: Answer) => headers.get('www-authenticate');
const NOBODY: Seen = { person: null, subject: null, refreshToken: null };

describe('the decorators', () => {
  const start = appsOfEachTest();
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp({ env: ROOMY_LIMITS, features: [HouseModule] });
  });

  afterAll(() => app.close());

  const person = async (username: string) => {
    const { id } = (await app.register(username)).body as { id: string };
    const { access_token: access, refresh_token: refresh } = (await app.login(username)).body as Record<string, string>;
    return { id, access: access!, refresh: refresh!, client: app.withToken(access!) };
  };

  const remove = (username: string) =>
    app
      .resolve(UnitOfWork)
      .run((transaction) => transaction.change('DELETE FROM users WHERE username = ?', [username]));

  describe('@Public()', () => {
    it('opens a route and looks at no token, neither a good one nor a bad one', async () => {
      const { client } = await person('alice');
      for (const caller of [app, client, app.withToken('nonsense')]) {
        expect((await caller.get('/house/public')).body).toEqual(NOBODY);
      }
    });

    it('on a method opens it in a controller that demands scopes', async () => {
      expect((await app.get('/cellar/window')).status).toBe(200);
      expect((await app.get('/cellar')).status).toBe(401);
    });

    it('on a controller leaves a method closed that demands something itself', async () => {
      expect((await app.get('/garden')).status).toBe(200);
      expect(told(await app.post('/garden'))).toEqual([401, 'missing_token']);
      expect(told(await (await app.asUser({ scopes: ['notes:read'] })).post('/garden'))).toEqual([
        403,
        'insufficient_scope',
      ]);
      expect((await (await app.asUser({ scopes: ['garden:dig'] })).post('/garden')).status).toBe(201);
    });
  });

  describe('@OptionalAuth()', () => {
    it('lets people in with and without a token, and tells who they are', async () => {
      const { id, client } = await person('bob');
      expect((await app.get('/house/optional')).body).toEqual(NOBODY);
      expect((await client.get('/house/optional')).body).toEqual({ person: 'bob', subject: id, refreshToken: null });
    });

    it('refuses a token that is sent and is not good', async () => {
      const { client, refresh } = await person('carol');
      expect(told(await app.withToken('nonsense').get('/house/optional'))).toEqual([401, 'invalid_token']);
      expect(told(await app.withToken(refresh).get('/house/optional'))).toEqual([401, 'invalid_token']);
      await client.post('/auth/logout');
      expect(told(await client.get('/house/optional'))).toEqual([401, 'token_revoked']);
    });
  });

  describe('@CurrentUser()', () => {
    it('reads the person at every request: a new name is seen at once', async () => {
      const { client } = await person('dave');
      await client.patch('/auth/me', { displayName: 'David' });
      expect((await client.get('/auth/me')).body).toMatchObject({ username: 'dave', displayName: 'David' });
    });

    it('refuses a person who is not there any more, as a revoked token', async () => {
      const { client } = await person('erin');
      await remove('erin');
      const answer = await client.get('/house/optional');
      expect(told(answer)).toEqual([401, 'token_revoked']);
      expect(challengeOf(answer)).toBe(
        `Bearer error="invalid_token", error_description="The access token was revoked.", ${RESOURCE_METADATA}`,
      );
    });

    it('refuses a person who was disabled behind the back of this node', async () => {
      const { client } = await person('frank');
      const rows = await openRows(app.database);
      await rows.query(`UPDATE users SET disabled_at = 1 WHERE username = 'frank'`);
      await rows.close();
      expect(told(await client.get('/house/optional'))).toEqual([401, 'token_revoked']);
    });
  });

  describe('@RequireScopes()', () => {
    it('of a controller and of a method add up, and the challenge names each of them once (RFC 6750 §3.1)', async () => {
      const cases: [string[], number, number][] = [
        [[], 403, 403],
        [['house:enter'], 200, 403],
        [['cellar:drink'], 403, 403],
        [['cellar:drink', 'house:enter'], 200, 201],
      ];
      for (const [scopes, look, drink] of cases) {
        const client = await app.asUser({ scopes });
        expect((await client.get('/cellar')).status).toBe(look);
        expect((await client.post('/cellar', {})).status).toBe(drink);
      }
      const refused = await (await app.asUser({ scopes: ['house:enter'] })).post('/cellar', {});
      expect(told(refused)).toEqual([403, 'insufficient_scope']);
      expect(refused.body.scope).toBe('house:enter cellar:drink');
      expect(challengeOf(refused)).toBe(
        `Bearer error="insufficient_scope", error_description="The access token does not carry every scope that this needs.", scope="house:enter cellar:drink", ${RESOURCE_METADATA}`,
      );
    });

    it('compares scopes whole and with regard to case (RFC 6749 §3.3)', async () => {
      for (const scope of ['house:ente', 'house:enters', 'HOUSE:ENTER', 'house', 'house:*', 'xhouse:enter']) {
        expect((await (await app.asUser({ scopes: [scope] })).get('/cellar')).status).toBe(403);
      }
    });

    it('demanded anywhere is given to whoever signs in, where no role is needed for it', async () => {
      await app.register('grace');
      const { scope } = (await app.login('grace')).body as { scope: string };
      expect(scope.split(' ')).toEqual([
        'account',
        'cellar:drink',
        'garden:dig',
        'house:enter',
        'notes:read',
        'notes:write',
      ]);
    });

    it('refuses at once what is no scope', () => {
      for (const scope of ['two words', '', 'quo"te', 'back\\slash', 'ümlaut']) {
        expect(() => RequireScopes(scope)).toThrow(/is no scope/);
      }
    });

    it('is asked after the token, and before the body', async () => {
      expect(told(await app.post('/cellar', '"no object"'))).toEqual([401, 'missing_token']);
      const client = await app.asUser({ scopes: [] });
      expect(told(await client.post('/cellar', '"no object"'))).toEqual([403, 'insufficient_scope']);
    });
  });

  describe('@RequireRoles()', () => {
    it('demands each of the roles, and names no scope that would help', async () => {
      for (const roles of [[], ['keeper'], ['reviewer'], ['keeper2', 'reviewer']]) {
        const answer = await (await app.asUser({ roles })).get('/house/roles');
        expect(told(answer)).toEqual([403, 'insufficient_role']);
        expect(challengeOf(answer)).toBe(
          `Bearer error="insufficient_scope", error_description="This needs a role that the person does not have.", ${RESOURCE_METADATA}`,
        );
      }
      expect((await (await app.asUser({ roles: ['reviewer', 'keeper', 'other'] })).get('/house/roles')).status).toBe(
        200,
      );
    });
  });

  describe('@RequireFresh()', () => {
    it('demands a sign-in at most so long ago, and a refresh does not make it younger (RFC 9470 §3)', async () => {
      const { client, refresh } = await person('heidi');
      app.clock.advance(300);
      expect((await client.get('/house/fresh')).status).toBe(200);
      app.clock.advance(1);
      const stale = await client.get('/house/fresh');
      expect(told(stale)).toEqual([401, 'insufficient_user_authentication']);
      expect(challengeOf(stale)).toBe(
        `Bearer error="insufficient_user_authentication", error_description="More recent authentication is required.", max_age="300", ${RESOURCE_METADATA}`,
      );
      expect((await client.get('/house/password')).status).toBe(200);

      const refreshed = await app.post('/auth/refresh', { refresh_token: refresh });
      expect(told(await app.withToken(refreshed.body.access_token as string).get('/house/fresh'))).toEqual([
        401,
        'insufficient_user_authentication',
      ]);
      const again = await app.login('heidi');
      expect((await app.withToken(again.body.access_token as string).get('/house/fresh')).status).toBe(200);
    });
  });

  describe('@RequireAcr()', () => {
    it('demands one of the classes, and names all of them, best first (RFC 9470 §3)', async () => {
      const { client } = await person('ivan');
      expect((await client.get('/house/password')).status).toBe(200);
      const weak = await client.get('/house/passkey');
      expect(told(weak)).toEqual([401, 'insufficient_user_authentication']);
      expect(challengeOf(weak)).toBe(
        `Bearer error="insufficient_user_authentication", error_description="A different authentication level is required.", acr_values="urn:example:acr:passkey urn:example:acr:two-factors", ${RESOURCE_METADATA}`,
      );
    });
  });

  describe('@RequireRefreshToken()', () => {
    it('lets in a live refresh token, as the bearer or in the body, and does not use it up', async () => {
      const { refresh } = await person('judy');
      for (const answer of [
        await app.withToken(refresh).post('/house/refresh-only'),
        await app.post('/house/refresh-only', { refresh_token: refresh }),
      ]) {
        expect(answer.body).toEqual({ person: 'judy', subject: null, refreshToken: refresh });
      }
      expect((await app.post('/auth/refresh', { refresh_token: refresh })).status).toBe(200);
    });

    it('refuses access tokens, rotated and foreign tokens, and those of a session that has ended', async () => {
      const { access, refresh, client } = await person('kate');
      expect(told(await app.post('/house/refresh-only'))).toEqual([401, 'missing_token']);
      expect(told(await client.post('/house/refresh-only'))).toEqual([401, 'invalid_token']);
      expect(told(await app.post('/house/refresh-only', { refresh_token: access }))).toEqual([401, 'invalid_token']);
      const next = (await app.post('/auth/refresh', { refresh_token: refresh })).body.refresh_token as string;
      expect(told(await app.withToken(refresh).post('/house/refresh-only'))).toEqual([401, 'invalid_token']);
      expect((await app.withToken(next).post('/house/refresh-only')).status).toBe(201);
      await client.post('/auth/logout');
      expect(told(await app.withToken(next).post('/house/refresh-only'))).toEqual([401, 'invalid_token']);
    });
  });

  describe('that contradict each other keep the service from starting:', () => {
    it.each([
      [
        'a route open to everybody that demands a scope',
        OpenAndDemandingModule,
        /OpenAndDemandingController\.read is open/,
      ],
      [
        'a route for refresh tokens that demands a role',
        DemandingRefreshModule,
        /DemandingRefreshController\.read lets/,
      ],
    ])('%s', async (_case, feature, message) => {
      await expect(start({ features: [feature], database: app.database })).rejects.toThrow(message);
    });
  });
});
