import { decodeJwt } from 'jose';
import { GRANT_TYPES, GrantType } from '../../src/protocol/grant-types';
import { CLIENT_ENDPOINTS } from '../support/client-endpoints';
import { createTestApp, type TestApp } from '../support/create-test-app';
import { openRows } from '../support/database-rows';
import { aCode, FORM, redeemCode, refusalOf, sendAs, signedIn } from '../support/hand-made-flow';
import { aClient, aPublicClient, type TestOAuthClient } from '../support/test-clients';
import { faultOf } from '../support/verdicts';

const REDEEMED = GRANT_TYPES.filter((grant) => grant !== GrantType.implicit);

/** Grants that there are not, and never were here. */
const NO_GRANTS = [
  ...['password', 'implicit', 'urn:openid:params:grant-type:ciba', 'urn:ietf:params:oauth:grant-type:saml2-bearer'],
  ...[
    'urn:x',
    'toString',
    '__proto__',
    'AUTHORIZATION_CODE',
    'client_credentials ',
    'refresh_token,client_credentials',
  ],
];

/** Ways in which a parameter can be broken, as they stand in the form. */
const BROKEN: readonly (readonly [what: string, form: string])[] = [
  ['nothing', ''],
  ['an array', 'grant_type[]=client_credentials'],
  ['an object', 'grant_type[x]=client_credentials'],
  ['an operator', 'grant_type=authorization_code&code[$ne]=x'],
  ['a prototype', '__proto__[grant_type]=client_credentials&constructor[prototype][x]=1'],
  ['a prototype for a value', 'grant_type=__proto__'],
  ['the same twice', 'grant_type=client_credentials&grant_type=client_credentials'],
  ['a scope twice', 'grant_type=client_credentials&scope=notes:read&scope=notes:read'],
  ['a code twice', 'grant_type=authorization_code&code=a&code=b'],
  ['a NUL', 'grant_type=client_credentials&scope=notes:read%00'],
  ['a line break', 'grant_type=client_credentials%0d%0aX: y'],
  ['bytes that are no text', 'grant_type=%ff%fe%c0%80'],
  ['a broken escape', 'grant_type=client_credentials&scope=%zz'],
  ['something huge', `grant_type=authorization_code&code=${'x'.repeat(60_000)}`],
  ['a quote', `grant_type=authorization_code&code=' OR 1=1 --`],
  ['markup', 'grant_type=authorization_code&code=<script>alert(1)</script>'],
  ['a thousand names', Array.from({ length: 1_000 }, (_, index) => `a${index}=1`).join('&')],
  ['a thousand values', `grant_type=client_credentials&${'resource=https://x.example&'.repeat(1_000)}`],
  ['a resource that is none', 'grant_type=client_credentials&resource=javascript:alert(1)'],
];

const REGISTERED_ERRORS = [
  'invalid_request',
  'invalid_grant',
  'invalid_scope',
  'invalid_target',
  'unsupported_grant_type',
];

describe('the token endpoint', () => {
  let app: TestApp;
  let machine: TestOAuthClient;
  let personId = '';

  beforeAll(async () => {
    app = await createTestApp({ env: { OAUTH_FEATURES: '+token_exchange,+jwt_bearer' } });
    await app.register('alice');
    // Not every id of a person could be one of a client.
    for (let count = 0; !/^[a-z0-9]/i.test(personId); count++) {
      personId = (await app.register(`twin-${count}`)).body.id as string;
    }
    machine = await aClient(app, { grant_types: ['client_credentials'], redirect_uris: [], scope: 'notes:read' });
  });

  afterAll(() => app.close());

  const ask = (form: Readonly<Record<string, string>>, by = machine) =>
    sendAs(app, by, { grant_type: 'client_credentials', ...form });

  // `implicit` is nothing that is redeemed: it stands with the grants that there are not.
  it.each(REDEEMED)(
    'TOK-06: a client that is registered for %s alone is given nothing by another grant (RFC 6749 §5.2)',
    async (own) => {
      const needsRedirect = own === 'authorization_code';
      // A refresh token comes of some other grant.
      const grant_types = own === 'refresh_token' ? ['authorization_code', own] : [own];
      const only = await aClient(app, {
        grant_types,
        ...(needsRedirect || own === 'refresh_token' ? {} : { redirect_uris: [] }),
      });
      for (const other of REDEEMED.filter((grant) => !grant_types.includes(grant))) {
        const form = {
          grant_type: other,
          code: 'x',
          refresh_token: 'x',
          device_code: 'x',
          assertion: 'x',
          scope: 'notes:read',
        };
        expect([other, refusalOf(await sendAs(app, only, form))]).toEqual([other, [400, 'unauthorized_client']]);
      }
    },
  );

  it.each(NO_GRANTS)(
    'TOK-06, EXT-09: nobody is given anything by grant_type=%s (RFC 9700 §2.4)',
    async (grant_type) => {
      const form = {
        grant_type,
        username: 'alice',
        password: 'violet-harbour-9-lantern',
        auth_req_id: 'x',
        assertion: 'x',
      };
      expect(refusalOf(await sendAs(app, machine, form))).toEqual([400, 'unsupported_grant_type']);
      expect((await app.get('/.well-known/oauth-authorization-server')).body.grant_types_supported).not.toContain(
        grant_type,
      );
    },
  );

  it('TOK-07: a client that acts for itself is no person, and its token opens nothing of anybody (RFC 9700 §4.15)', async () => {
    const scope = 'notes:read account';
    const twin = await aClient(app, { grant_types: ['client_credentials'], redirect_uris: [], scope }, personId);
    for (const by of [machine, twin]) {
      const { body } = await ask({ scope: 'notes:read' }, by);
      expect(decodeJwt(body.access_token as string)).toMatchObject({ sub: by.id, client_id: by.id });
      expect([body.refresh_token, body.id_token]).toEqual([undefined, undefined]);
    }
    for (const refused of ['openid', 'offline_access', 'notes:read offline_access', 'roles', 'admin']) {
      expect([refused, refusalOf(await ask({ scope: refused }))]).toEqual([refused, [400, 'invalid_scope']]);
    }
    // Not even with the id of a person for its own, and the scope for the account.
    const whole = await ask({ scope }, twin);
    const token = (whole.body.access_token ?? (await ask({}, twin)).body.access_token) as string;
    const asTwin = app.withToken(token);
    for (const path of ['/auth/me', '/admin/clients', '/admin/scopes']) {
      const answer = await asTwin.get(path);
      expect([path, answer.status, answer.text.includes('twin')]).toEqual([path, 403, false]);
    }
    expect((await asTwin.post('/auth/logout-all')).status).toBe(403);
    expect((await app.login('alice')).status).toBe(200);
  });

  it.each([
    ['more than it may have', 'notes:read admin'],
    ['what is there, and is not for it', 'notes:write'],
    ['what is not there', 'nothing:known'],
    ['another spelling', 'NOTES:READ'],
    ['a pattern', 'notes:*'],
    ['quotes', '"notes:read"'],
    ['a backslash', 'notes\\read'],
    ['letters that are none', 'notes:réad'],
    ['two spaces', 'notes:read  notes:read'],
    ['a comma', 'notes:read,notes:write'],
    ['thousands', Array.from({ length: 5_000 }, (_, index) => `s${index}`).join(' ')],
    ['an inherited name', 'toString'],
  ])('TOK-08, DOS-04: a client is not given %s for a scope (RFC 6749 §3.3)', async (_what, scope) => {
    expect(refusalOf(await ask({ scope }))).toEqual([400, 'invalid_scope']);
  });

  it('TOK-08: a client that names no scope is given none', async () => {
    for (const form of [{}, { scope: '' }]) {
      const { status, body } = await ask(form);
      expect([status, body.scope ?? '', decodeJwt(body.access_token as string)['scope'] ?? '']).toEqual([200, '', '']);
    }
    expect((await ask({ scope: 'notes:read notes:read' })).body.scope).toBe('notes:read');
  });

  it.each(CLIENT_ENDPOINTS)(
    'TOK-09: $name lets nobody keep an answer, and plants nothing (RFC 6749 §5.1)',
    async ({ path, form }) => {
      const answers = [
        await sendAs(app, machine, form, path),
        await sendAs(app, machine, {}, path),
        await sendAs(app, { ...machine, secret: 'x'.repeat(43) }, form, path),
        await app.get(path),
        await app.post(path, {}),
        ...(path === '/oauth/token' ? [await ask({})] : []),
      ];
      for (const { headers, text } of answers) {
        expect([headers.get('cache-control'), headers.get('x-content-type-options')]).toEqual(['no-store', 'nosniff']);
        expect(headers.getSetCookie()).toEqual([]);
        if (text !== '') expect(headers.get('content-type')).toMatch(/^application\/(?:problem\+)?json/);
      }
    },
  );

  it.each([
    'https://app.example.com',
    'https://evil.example',
    'null',
    'HTTPS://APP.EXAMPLE.COM',
    'https://app.example.com.evil.example',
  ])('TOK-10: a page of %s reads what needs no cookie, and nothing with cookies', async (origin) => {
    const preflight = { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'dpop' };
    for (const path of ['/oauth/token', '/.well-known/oauth-authorization-server', '/oauth/revoke']) {
      for (const { headers } of [
        await app.request('OPTIONS', path, undefined, preflight),
        await app.post(path, 'grant_type=x', { ...FORM, origin }),
      ]) {
        expect(headers.get('access-control-allow-origin') ?? '*').toBe('*');
        expect(headers.has('access-control-allow-credentials')).toBe(false);
      }
    }
    for (const path of [
      '/oauth/authorize',
      '/sign-in',
      '/consent',
      '/account',
      '/device',
      '/oauth/introspect',
      '/admin/clients',
    ]) {
      for (const { headers } of [
        await app.request('OPTIONS', path, undefined, preflight),
        await app.get(path, { origin }),
      ]) {
        expect([path, headers.get('access-control-allow-origin')]).toEqual([path, null]);
      }
    }
  });

  it.each(BROKEN)(
    'TOK-11: whoever sends %s is told a registered error and nothing of the inside (RFC 6749 §5.2)',
    async (_what, form) => {
      const full = await aClient(app, {
        grant_types: ['authorization_code', 'client_credentials'],
        token_endpoint_auth_method: 'client_secret_post',
      });
      const answer = await app.post('/oauth/token', `${form}&client_id=${full.id}&client_secret=${full.secret}`, FORM);
      expect([answer.status, faultOf(answer)]).toEqual([400, null]);
      expect(REGISTERED_ERRORS).toContain(answer.body.error);
      expect(answer.body.error_description ?? '').toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e§]*$/);
      for (const echo of ['<script', 'OR 1=1', '$ne', 'xxxxx', full.secret]) expect(answer.text).not.toContain(echo);
    },
  );

  it('TOK-12: a secret is shown once, and nothing that is kept or read later holds it', async () => {
    const admin = await app.asUser({ roles: ['admin'] });
    const made = await admin.post('/admin/clients', { client_name: 'Kept', grant_types: ['client_credentials'] });
    const { client_id: id, client_secret: secret } = made.body as { client_id: string; client_secret: string };
    expect(secret).toMatch(/^[\w-]{43}$/);
    const seen = [
      await admin.get(`/admin/clients/${id}`),
      await admin.get('/admin/clients'),
      await admin.get(`/admin/clients/${id}/secrets`),
    ];
    expect(seen.map(({ text }) => text.includes(secret))).toEqual([false, false, false]);
    const rows = await openRows(app.database);
    for (const table of await rows.tables()) {
      expect([table, JSON.stringify(await rows.query(`SELECT * FROM ${table}`)).includes(secret)]).toEqual([
        table,
        false,
      ]);
    }
    await rows.close();
  });

  it('DPP-08, PAR-07: what is not supported is not half supported: certificates in headers, authorization_details', async () => {
    const names = [
      'x-client-cert',
      'x-ssl-cert',
      'x-forwarded-client-cert',
      'ssl-client-verify',
      'ssl-client-cert',
      'client-cert',
    ];
    const spoofed = Object.fromEntries(names.map((name) => [name, 'SUCCESS']));
    const answer = await app.post('/oauth/token', `grant_type=client_credentials&client_id=${machine.id}`, {
      ...FORM,
      ...spoofed,
    });
    expect(refusalOf(answer)).toEqual([401, 'invalid_client']);
    const { body } = await app.get('/.well-known/oauth-authorization-server');
    expect(JSON.stringify(body)).not.toMatch(/tls_client|mtls|authorization_details/);
    const client = await aPublicClient(app, { skip_consent: true });
    const details = JSON.stringify([{ type: 'payment', amount: '1000000' }]);
    const code = await aCode(await signedIn(app, 'alice'), client, { authorization_details: details });
    const tokens = (await redeemCode(app, client, code, { authorization_details: details })).body;
    expect(tokens).not.toHaveProperty('authorization_details');
    expect(Object.keys(decodeJwt(tokens.access_token as string))).not.toContain('authorization_details');
  });
});
