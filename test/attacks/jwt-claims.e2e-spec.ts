import { Controller, Get, Module } from '@nestjs/common';
import { AccessToken, type Claims } from '../../src/auth/access-token.decorator';
import { RequireRoles } from '../../src/auth/require-roles.decorator';
import { RequireScopes } from '../../src/auth/require-scopes.decorator';
import { KeyRing } from '../../src/keys/key-ring';
import { ClaimsContributors } from '../../src/tokens/claims-contributor';
import { createTestApp, GOOD_PASSWORD, TEST_ISSUER, type TestApp } from '../support/create-test-app';
import { es256, forge, type Signer, takeApart, type TakenApart } from '../support/forged-jwt';
import { complaints, faultOf, notInvalidToken } from '../support/verdicts';

@Controller('orders')
class OrdersController {
  @Get()
  @RequireScopes('orders:read')
  read(@AccessToken() { sub }: Claims): { sub: string } {
    return { sub };
  }

  @Get('both')
  @RequireScopes('orders:read', 'orders:write')
  both(): { reached: true } {
    return { reached: true };
  }

  @Get('admin')
  @RequireRoles('admin')
  admin(): { reached: true } {
    return { reached: true };
  }
}

@Module({ controllers: [OrdersController] })
class OrdersModule {}

/** All tokens here are signed with the server's own key: only their claims are wrong. */
describe('tokens whose signature is good and whose claims are not', () => {
  let app: TestApp;
  let token: string;
  let good: TakenApart;
  let signer: Signer;

  beforeAll(async () => {
    app = await createTestApp({ features: [OrdersModule] });
    await app.register('alice');
    token = (await app.login('alice')).body.access_token;
    good = takeApart(token);
    signer = es256(app.resolve(KeyRing).signingKey.privateKey);
  });

  afterAll(() => app.close());

  const withClaims = (claims: object, header: object = {}) =>
    forge({ header: { ...good.header, ...header }, payload: { ...good.payload, ...claims }, signer });

  const refused = async (forged: string) => notInvalidToken(await app.withToken(forged).get('/protected'));

  /** Each value of one claim, by itself. */
  const variants = (claim: string, values: readonly unknown[]) =>
    values.map((value) => [`${claim} ${JSON.stringify(value)}`, withClaims({ [claim]: value })] as const);

  it('lets in a token that is signed by hand with the right claims', async () => {
    expect((await app.withToken(withClaims({})).get('/protected')).status).toBe(200);
    expect((await app.withToken(withClaims({}, { typ: 'application/at+jwt' })).get('/protected')).status).toBe(200);
  });

  it('JWT-06: takes one issuer only, spelt as it is', async () => {
    const issuers = [
      ...[[TEST_ISSUER], [TEST_ISSUER, 'https://evil.example'], ['https://evil.example'], {}, null, undefined, 0, true],
      ...[`${TEST_ISSUER}/`, TEST_ISSUER.toUpperCase(), `${TEST_ISSUER} `, ` ${TEST_ISSUER}`, `${TEST_ISSUER}\0evil`],
      ...[`${TEST_ISSUER}.evil.example`, 'https://localhost:3000', 'http://localhost:3000@evil', 'localhost:3000', ''],
    ];
    expect(await complaints(variants('iss', issuers), refused)).toEqual([]);
  });

  it('JWT-06: takes no token of another server, even one with the same name or under the same key id', async () => {
    const others = await Promise.all([createTestApp(), createTestApp({ env: { ISSUER: 'http://localhost:3999' } })]);
    try {
      for (const other of others) {
        await other.register('alice');
        const foreign = (await other.login('alice')).body.access_token as string;
        const { payload } = takeApart(foreign);
        const theirs = es256(other.resolve(KeyRing).signingKey.privateKey);
        const cases = [
          ['as it is', foreign],
          ['with our kid', forge({ header: good.header, payload, signer: theirs })],
          ['with our claims', forge({ header: good.header, payload: good.payload, signer: theirs })],
          ['with our header glued on', [good.segments[0], ...foreign.split('.').slice(1)].join('.')],
        ] as const;
        expect(await complaints(cases, refused)).toEqual([]);
      }
    } finally {
      await Promise.all(others.map((other) => other.close()));
    }
  });

  it('JWT-07: takes tokens for itself only', async () => {
    const audiences = [
      ...[undefined, null, '', [], {}, 0, true, [null], [[TEST_ISSUER]], { 0: TEST_ISSUER }],
      ...['first-party', good.payload.sub, 'https://api.example', [`${TEST_ISSUER}-evil`], [`${TEST_ISSUER}/`]],
      ...[`${TEST_ISSUER} https://api.example`, `https://api.example ${TEST_ISSUER}`, `${TEST_ISSUER},x`],
      ...[`${TEST_ISSUER}/`, `${TEST_ISSUER}/notes`, TEST_ISSUER.slice(0, -1), TEST_ISSUER.toUpperCase(), '*', '.*'],
    ];
    expect(await complaints(variants('aud', audiences), refused)).toEqual([]);
  });

  it('JWT-08: takes access tokens only: no ID token, logout token or other JWT of its own', async () => {
    const types = [
      ...['JWT', 'jwt', 'id+jwt', 'logout+jwt', 'dpop+jwt', 'rt+jwt', 'token-introspection+jwt', 'oauth-authz-req+jwt'],
      ...['secevent+jwt', 'at+jwt ', 'at+jwt;x', 'AT+JWT', 'application/jwt', 'application/application/at+jwt', ''],
      ...[undefined, null, 0, true, [], ['at+jwt'], {}],
    ];
    const cases = types.map((typ) => [JSON.stringify(typ) ?? 'no typ', withClaims({}, { typ })] as const);
    expect(await complaints(cases, refused)).toEqual([]);
  });

  it('JWT-08: takes no token whose type is right and whose claims are those of another token', async () => {
    const { iss, aud, sub, iat, exp } = good.payload;
    const payloads: readonly (readonly [string, unknown])[] = [
      ['ID token', { iss, aud: 'first-party', sub, iat, exp, nonce: 'n', at_hash: 'x', auth_time: iat }],
      ['ID token for this audience', { iss, aud, sub, iat, exp, nonce: 'n', azp: 'first-party' }],
      ['logout token', { iss, aud, sub, iat, exp, jti: 'j', events: { 'http://schemas.openid.net/event/x': {} } }],
      ['text', '"alice"'],
      ['null', 'null'],
      ['list', [good.payload]],
      ['number', '1'],
      ['nothing', '{}'],
      ['no JSON', 'alice'],
    ];
    const cases = payloads.map(([name, payload]) => [name, forge({ header: good.header, payload, signer })] as const);
    expect(await complaints(cases, refused)).toEqual([]);
  });

  it('JWT-08: wants every claim of RFC 9068 §2.2, each of its kind', async () => {
    const wrong: Readonly<Record<string, readonly unknown[]>> = {
      sub: [undefined, null, '', 0, ['alice'], {}],
      client_id: [undefined, null, '', 0, ['first-party']],
      jti: [undefined, null, '', 0],
      iat: [undefined, null, '1', 1.5, -Infinity, 4_102_444_800, 1e300],
      exp: [undefined, null, '9999999999', '', 1e300, 1.5, [9_999_999_999], {}, -1, 0, true],
      scope: [undefined, null, ['notes:read'], {}, 0, 'a  b', ' a', 'a\tb', 'a"b', 'a\\b', 'a'.repeat(4_097)],
      sid: [0, null, {}, []],
      family: [0, null, {}, []],
      roles: ['admin', {}, 0, null, [0], [['admin']], [null]],
      auth_time: ['0', null, 1.5, {}],
    };
    const cases = Object.entries(wrong).flatMap(([claim, values]) => variants(claim, values));
    expect(await complaints(cases, refused)).toEqual([]);
  });

  it('JWT-08: takes no other secret of a signed-in person for an access token', async () => {
    const withCookies = await createTestApp({ env: { TOKEN_COOKIES: 'on' } });
    try {
      await withCookies.register('alice');
      const { refresh_token } = (await withCookies.login('alice')).body;
      const login = { username: 'alice', password: GOOD_PASSWORD, cookies: true };
      const cookies = (await withCookies.post('/auth/login', login)).headers.getSetCookie();
      const valueOf = (name: string) =>
        cookies
          .find((cookie) => cookie.startsWith(`${name}=`))!
          .slice(name.length + 1)
          .split(';')[0]!;
      const { sid, jti, family } = takeApart(valueOf('access_token')).payload;
      const secrets = [refresh_token, valueOf('refresh_token'), valueOf('csrf_token'), sid, jti, family, GOOD_PASSWORD];
      const verdict = async (secret: unknown) =>
        notInvalidToken(await withCookies.withToken(String(secret)).get('/protected'));
      expect(
        await complaints(
          secrets.map((secret) => [String(secret), secret] as const),
          verdict,
        ),
      ).toEqual([]);
    } finally {
      await withCookies.close();
    }
  });

  describe('JWT-10', () => {
    const lacks = async (forged: string, path: string) => {
      const answer = await app.withToken(forged).get(path);
      if (answer.status === 403 && answer.body.code.startsWith('insufficient')) return null;
      return faultOf(answer) ?? `${answer.status} ${answer.text}`;
    };

    it('JWT-10: compares scope-tokens whole, and with regard to case', async () => {
      const scopes = [
        ...['', 'orders:readx', 'xorders:read', 'ORDERS:READ', 'orders', 'orders:', ':read', 'orders:*', '*', '.*'],
        ...['orders:rea', 'orders:read,orders:write', 'orders:read;', 'orders:reads orders:rea', 'openid', 'admin'],
        ...['orders:write', 'orders:%72ead', 'orders:read.', '__proto__', 'length', 'constructor'],
      ];
      expect(await complaints(variants('scope', scopes), (one) => lacks(one, '/orders'))).toEqual([]);
      expect(
        await complaints(variants('scope', ['orders:read', 'orders:write orders:writ']), (one) =>
          lacks(one, '/orders/both'),
        ),
      ).toEqual([]);
      expect((await app.withToken(withClaims({ scope: 'a orders:read b' })).get('/orders')).status).toBe(200);
    });

    it('JWT-10: takes roles from the roles claim and from nowhere else', async () => {
      const attempts: readonly object[] = [
        { role: 'admin' },
        { Roles: ['admin'] },
        { groups: ['admin'], permissions: ['admin'], entitlements: ['admin'] },
        { realm_access: { roles: ['admin'] }, user: { roles: ['admin'] } },
        { scope: 'admin role:admin', name: 'admin', preferred_username: 'admin' },
        { roles: ['Admin', 'admin ', 'administrator', 'xadmin', 'admin,user', '*', ''] },
        { isAdmin: true, admin: true, is_superuser: 1 },
      ];
      const cases = attempts.map((claims) => [JSON.stringify(claims), withClaims(claims)] as const);
      expect(await complaints(cases, (one) => lacks(one, '/orders/admin'))).toEqual([]);
      expect((await app.withToken(withClaims({ roles: ['admin'] })).get('/orders/admin')).status).toBe(200);
    });

    it('JWT-10: lets no claim that people or features choose shadow one of the server', async () => {
      const reserved = [
        'scope',
        'roles',
        'aud',
        'sub',
        'iss',
        'client_id',
        'cnf',
        'exp',
        'sid',
        'family',
        'act',
        '__proto__',
      ];
      for (const claim of reserved) {
        const contributors = new ClaimsContributors();
        contributors.register({ contribute: () => JSON.parse(`{"${claim}":"forged"}`) as Record<string, unknown> });
        await expect(contributors.collect({ userId: 'u', clientId: 'c', scopes: [], audience: ['a'] })).rejects.toThrow(
          claim,
        );
      }
    });

    it('JWT-10: mints the same claims whatever people call themselves', async () => {
      const displayName = '"],"roles":["admin"],"scope":"admin","x":["';
      await app.register('mallory', { displayName });
      const { payload } = takeApart((await app.login('mallory')).body.access_token as string);
      expect(Object.keys(payload).sort()).toEqual(Object.keys(good.payload).sort());
      expect(payload.roles).toBeUndefined();
      expect(JSON.stringify(payload)).not.toContain('admin');
    });
  });
});
