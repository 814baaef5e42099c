import * as oauth from 'oauth4webapi';
import { CLIENT_ENDPOINTS } from '../support/client-endpoints';
import { basicHeader } from '../support/client-credentials';
import { ForeignApplication } from '../support/code-flow';
import { createTestApp, GOOD_PASSWORD, TEST_ISSUER, type TestApp } from '../support/create-test-app';
import { FORM } from '../support/hand-made-flow';
import { ApiDescription } from '../support/openapi';
import { PageBrowser } from '../support/page-browser';
import type { Answer } from '../support/test-client';
import { aClient, type TestOAuthClient } from '../support/test-clients';

const FORM_TYPE = 'application/x-www-form-urlencoded';

const GRANTS = [
  'authorization_code',
  'refresh_token',
  'client_credentials',
  'urn:ietf:params:oauth:grant-type:device_code',
  'urn:ietf:params:oauth:grant-type:token-exchange',
  'urn:ietf:params:oauth:grant-type:jwt-bearer',
];

describe('the OpenAPI document on the endpoints of OAuth', () => {
  let app: TestApp;
  let api: ApiDescription;
  let client: TestOAuthClient;

  beforeAll(async () => {
    app = await createTestApp({ env: { OAUTH_FEATURES: '+jwt_bearer,+token_exchange' } });
    api = new ApiDescription((await app.get('/docs-json')).body);
    client = await aClient(app, { grant_types: GRANTS });
  });

  afterAll(() => app.close());

  const post = (path: string, form: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}) =>
    app.post(path, new URLSearchParams(form).toString(), { ...FORM, ...headers });
  const asClient = (path: string, form: Readonly<Record<string, string>>) =>
    post(path, form, { authorization: basicHeader(client.id, client.secret) });
  const operationAt = (path: string, method = 'post') => api.document.paths[path][method];
  const formAt = (path: string) => operationAt(path).requestBody.content[FORM_TYPE].schema;

  /** What of an answer is not as the document says. */
  const mismatches = (path: string, { status, body }: Answer, method = 'post') => {
    const steps = ['paths', path, method, 'responses', String(status), 'content', 'application/json', 'schema'];
    return api.mismatches(steps, body);
  };

  it.each(CLIENT_ENDPOINTS)('says of $path that clients authenticate, and lets them', async (endpoint) => {
    const { path, form, publicToo } = endpoint;
    const operation = operationAt(path);
    expect(operation.security).toEqual([{}, { clientBasic: [] }]);
    expect(operation.description).toMatch(/Clients authenticate as they are registered: by HTTP Basic, or with /);
    expect(operation.description).toContain(publicToo ? 'public clients send their' : 'public clients are refused');
    expect(operation.description).not.toContain('Open to everybody');
    expect(Object.keys(operation.requestBody.content as object)).toEqual([FORM_TYPE]);
    const { properties } = formAt(path);
    expect(Object.keys(properties as object)).toEqual(
      expect.arrayContaining([
        ...Object.keys(form),
        'client_id',
        'client_secret',
        'client_assertion',
        'client_assertion_type',
      ]),
    );
    expect(properties.client_secret.format).toBe('password');
    expect(endpoint.isPassed(await asClient(path, form))).toBe(true);
    const unknown = await post(path, form);
    expect([unknown.status, mismatches(path, unknown)]).toEqual([401, []]);
    expect(Object.keys(operation.responses[429].content as object)).toEqual(['application/json']);
  });

  it.each([
    ['/oauth/token', ['grant_type']],
    ['/oauth/introspect', ['token']],
    ['/oauth/revoke', ['token']],
    ['/oauth/par', ['response_type']],
    ['/oauth/device_authorization', []],
  ])('requires of the form of %s what the endpoint misses: %j', async (path, required) => {
    expect(formAt(path).required).toEqual(required);
    const answer = await asClient(path, {});
    expect(answer.body.error_description).toEqual(
      required.length === 0 ? undefined : `The parameter ${required[0]} is missing.`,
    );
    expect([answer.status, mismatches(path, answer)]).toEqual([required.length === 0 ? 200 : 400, []]);
  });

  it('has a field for what each grant that is on needs, and shows one of them', async () => {
    const { grant_types_supported: types } = (await app.get('/.well-known/oauth-authorization-server')).body;
    const { properties } = formAt('/oauth/token');
    expect(properties.grant_type.enum.toSorted()).toEqual([...GRANTS].sort());
    expect(types).toEqual(expect.arrayContaining(properties.grant_type.enum as string[]));
    for (const type of GRANTS) {
      const answer = await asClient('/oauth/token', { grant_type: type });
      expect([type, mismatches('/oauth/token', answer)]).toEqual([type, []]);
      const [, missing] = /^The parameter (\w+) is missing/.exec((answer.body.error_description ?? '') as string) ?? [];
      expect([type, answer.status, missing !== undefined]).toEqual([type, missing ? 400 : 200, missing !== undefined]);
      if (missing !== undefined) expect(properties[missing].description).toContain(`With \`${type}\``);
    }
    const { example } = operationAt('/oauth/token').requestBody.content[FORM_TYPE];
    expect(Object.keys(example as object)).toEqual(['grant_type', 'code', 'redirect_uri', 'code_verifier']);
  });

  it('has no field of a grant that is off', async () => {
    const plain = await createTestApp({ env: { OAUTH_FEATURES: '-device_authorization' } });
    const { paths } = (await plain.get('/docs-json')).body;
    await plain.close();
    const { properties } = paths['/oauth/token'].post.requestBody.content[FORM_TYPE].schema;
    expect(Object.keys(properties as object)).toContain('code_verifier');
    for (const name of ['device_code', 'assertion', 'subject_token']) {
      expect([name, name in properties]).toEqual([name, false]);
    }
    expect(paths['/oauth/device_authorization']).toBeUndefined();
  });

  it('takes the commonest answer to a question about a token, which says nothing but that it is not active', async () => {
    const answer = await asClient('/oauth/introspect', { token: 'nothing' });
    expect([answer.body, mismatches('/oauth/introspect', answer)]).toEqual([{ active: false }, []]);
    expect(mismatches('/oauth/introspect', { ...answer, body: {} })).not.toEqual([]);
  });

  it('tells refusals of UserInfo in the words of OAuth too, and of other routes in those of problems', async () => {
    for (const refused of [await app.get('/oauth/userinfo'), await (await app.asUser()).get('/oauth/userinfo')]) {
      expect(mismatches('/oauth/userinfo', refused, 'get')).toEqual([]);
      expect(typeof refused.body.error).toBe('string');
    }
    expect(Object.keys(operationAt('/notes', 'get').responses[401].content as object)).toEqual([
      'application/problem+json',
    ]);
  });

  it('offers the scope that opens UserInfo, and its own client gets it', async () => {
    const { scopes } = api.document.components.securitySchemes.oauth2.flows.authorizationCode;
    expect(Object.keys(scopes as object)).toEqual(expect.arrayContaining(['openid', 'profile', 'email', 'notes:read']));
    await app.register('alice');
    const redirectUri = `${TEST_ISSUER}/docs/oauth2-redirect.html`;
    const docs = new ForeignApplication(app, { id: 'api-docs', secret: '' }, oauth.None(), { redirectUri });
    const browser = new PageBrowser(app);
    await browser.open(await docs.authorizationUrl({ scope: Object.keys(scopes as object).join(' ') }));
    await browser.submit('#sign-in', { username: 'alice', password: GOOD_PASSWORD });
    const { access_token: token } = await docs.redeem(browser);
    const told = await app.withToken(token).get('/oauth/userinfo');
    expect([told.status, told.body.email, mismatches('/oauth/userinfo', told, 'get')]).toEqual([
      200,
      'alice@example.com',
      [],
    ]);
  });
});
