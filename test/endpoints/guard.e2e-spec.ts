import { Controller, Get, Module, Post } from '@nestjs/common';
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from 'jose';
import { AccessToken, type Claims } from '../../src/auth/access-token.decorator';
import { CurrentUser } from '../../src/auth/current-user.decorator';
import type { CurrentPerson } from '../../src/auth/current-person';
import { FIRST_PARTY_CLIENT_ID } from '../../src/clients/client.entity';
import { UnitOfWork } from '../../src/database/unit-of-work';
import { TokenIssuer } from '../../src/tokens/token-issuer';
import { appsOfEachTest } from '../support/apps-of-each-test';
import { anOrder, theTerms } from '../support/token-orders';
import { RESOURCE_METADATA } from '../support/challenges';
import { createTestApp, TEST_ISSUER, type TestApp } from '../support/create-test-app';
import { FakeClock } from '../support/fake-clock';
import { ROOMY_LIMITS } from '../support/roomy-limits';
import type { Answer } from '../support/test-client';

@Controller('room')
class RoomController {
  @Get()
  read(@CurrentUser() person: CurrentPerson | null, @AccessToken() claims: Claims): object {
    return { person: person?.username ?? null, subject: claims.sub };
  }

  @Post()
  write(): { written: boolean } {
    return { written: true };
  }
}

@Module({ controllers: [RoomController] })
class RoomModule {}

const told = ({ status, body }: Answer) => [status, body.code];

describe('the guard', () => {
  const start = appsOfEachTest();
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp({ env: ROOMY_LIMITS, features: [RoomModule] });
    await app.register('alice');
  });

  afterAll(() => app.close());

  const signIn = async (node = app) => (await node.login('alice')).body.access_token as string;

  describe('where no decorator opens a route', () => {
    it('lets nobody in without a token, and asks for one without naming an error (RFC 6750 §3)', async () => {
      for (const answer of [
        await app.get('/room'),
        await app.post('/room', {}),
        await app.request('HEAD', '/room'),
        await app.get('/room', { authorization: 'Basic YWxpY2U6cGFzc3dvcmQ=' }),
      ]) {
        expect(answer.status).toBe(401);
        expect(answer.headers.get('www-authenticate')).toBe(`Bearer ${RESOURCE_METADATA}`);
      }
      expect((await app.get('/room')).body).toMatchObject({
        type: `${TEST_ISSUER}/problems#missing_token`,
        status: 401,
        code: 'missing_token',
        instance: '/room',
      });
    });

    it('says that a bad token is bad (RFC 6750 §3.1)', async () => {
      for (const authorization of ['Bearer nonsense', 'Bearer ', 'Bearer a b', 'bearer ä', 'BEARER a.b.c']) {
        const answer = await app.get('/room', { authorization: Buffer.from(authorization).toString('latin1') });
        expect(told(answer)).toEqual([401, 'invalid_token']);
        expect(answer.headers.get('www-authenticate')).toBe(
          `Bearer error="invalid_token", error_description="The access token is not valid here.", ${RESOURCE_METADATA}`,
        );
      }
    });

    it('lets whoever has a good token in, however the scheme is written (RFC 9110 §11.1)', async () => {
      const token = await signIn();
      for (const scheme of ['Bearer', 'bearer', 'BEARER', 'Bearer  ']) {
        const answer = await app.get('/room', { authorization: `${scheme} ${token}` });
        expect([answer.status, answer.body.person]).toEqual([200, 'alice']);
      }
      expect((await app.withToken(token).post('/room', {})).status).toBe(201);
    });
  });

  describe('takes an access token from the header alone:', () => {
    it('one in the query string is refused, even beside a good one (RFC 9700 §4.3.2)', async () => {
      const token = await signIn();
      for (const answer of [
        await app.get(`/room?access_token=${token}`),
        await app.withToken(token).get(`/room?access_token=${token}`),
        await app.withToken(token).get('/room?access_token='),
      ]) {
        expect(told(answer)).toEqual([400, 'invalid_request']);
        expect(answer.body.detail).toMatch(/Authorization header/);
        expect(answer.text).not.toContain(token);
      }
    });

    it('one in the JSON body or in a cookie is not looked at', async () => {
      const token = await signIn();
      expect(told(await app.post('/room', { access_token: token }))).toEqual([401, 'missing_token']);
      expect(told(await app.get('/room', { cookie: `access_token=${token}` }))).toEqual([401, 'missing_token']);
    });
  });

  it('refuses a refresh token and a token that another issuer might have made', async () => {
    const login = (await app.login('alice')).body as Record<string, string>;
    expect(told(await app.withToken(login['refresh_token']!).get('/room'))).toEqual([401, 'invalid_token']);
    const [header, payload, signature] = login['access_token']!.split('.');
    const flipped = signature!.startsWith('A') ? `B${signature!.slice(1)}` : `A${signature!.slice(1)}`;
    const forged = `${header}.${payload}.${flipped}`;
    expect(told(await app.withToken(forged).get('/room'))).toEqual([401, 'invalid_token']);
  });

  it('tells a token of a client from one of a person', async () => {
    const tokens = await app
      .resolve(UnitOfWork)
      .run((transaction) =>
        app
          .resolve(TokenIssuer)
          .issue(transaction, anOrder(app.settings, { scopes: ['account'] }), theTerms(app.settings)),
      );
    const client = app.withToken(tokens.access_token);
    expect((await client.get('/room')).body).toEqual({ person: null, subject: FIRST_PARTY_CLIENT_ID });
    expect(told(await client.get('/auth/me'))).toEqual([403, 'forbidden']);
    expect(told(await client.post('/auth/logout-all'))).toEqual([403, 'forbidden']);
  });

  describe('looks at the time of a token', () => {
    it('and takes it until CLOCK_TOLERANCE after its end, to the millisecond', async () => {
      const token = await signIn();
      app.clock.advance(909.999);
      expect((await app.withToken(token).get('/room')).status).toBe(200);
      app.clock.advance(0.001);
      const answer = await app.withToken(token).get('/room');
      expect(told(answer)).toEqual([401, 'token_expired']);
      expect(answer.headers.get('www-authenticate')).toBe(
        `Bearer error="invalid_token", error_description="The access token has expired.", ${RESOURCE_METADATA}`,
      );
    });

    it('and without tolerance takes it until its end, whether it was seen before or not', async () => {
      const strict = await start({
        env: { CLOCK_TOLERANCE: '0', ACCESS_TOKEN_LIFETIME: '60s' },
        features: [RoomModule],
        database: app.database,
        clock: app.clock,
      });
      const [seen, unseen] = [await signIn(strict), await signIn(strict)];
      app.clock.advance(59.999);
      expect((await strict.withToken(seen).get('/room')).status).toBe(200);
      app.clock.advance(0.001);
      for (const token of [seen, unseen]) {
        expect(told(await strict.withToken(token).get('/room'))).toEqual([401, 'token_expired']);
      }
    });

    it('and forgives a node whose clock is behind by CLOCK_TOLERANCE, and no more', async () => {
      const clock = new FakeClock(app.clock.now());
      const behind = await start({ features: [RoomModule], database: app.database, clock });
      const [first, second] = [await signIn(), await signIn()];
      clock.advance(-10);
      expect((await behind.withToken(first).get('/room')).status).toBe(200);
      clock.advance(-1);
      expect(told(await behind.withToken(second).get('/room'))).toEqual([401, 'invalid_token']);
    });
  });

  it('issues tokens that anybody can check with the published keys (RFC 9068 §2)', async () => {
    const token = await signIn();
    const keys = (await app.get('/jwks.json')).body as JSONWebKeySet;
    const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet(keys), {
      issuer: TEST_ISSUER,
      audience: app.settings.tokens.audience,
      typ: 'at+jwt',
      algorithms: ['ES256'],
      requiredClaims: ['sub', 'client_id', 'jti', 'iat', 'exp', 'scope', 'auth_time', 'acr', 'amr', 'sid'],
      currentDate: new Date(app.clock.now()),
    });
    expect(protectedHeader.kid).toEqual(expect.any(String));
    expect(payload.exp! - payload.iat!).toBe(900);
    const me = await app.withToken(token).get('/auth/me');
    expect(payload.sub).toBe(me.body.id);
    expect(payload['email']).toBeUndefined();
  });
});
