import { CLIENT_AUTHENTICATION_METHODS, type ClientAuthenticationMethod } from '../../src/protocol/grant-types';
import { ClientRegistrations } from '../../src/oauth/client-registration/client-registrations';
import {
  type ArmedClient,
  anArmedClient,
  type Credentials,
  CREDENTIALS,
  sendForm,
} from '../support/client-credentials';
import { CLIENT_ENDPOINTS, type ClientEndpoint } from '../support/client-endpoints';
import { createTestApp, type TestApp } from '../support/create-test-app';
import { OAUTH_ROUTES } from '../support/open-routes';
import type { Answer } from '../support/test-client';

const METHODS = CLIENT_AUTHENTICATION_METHODS;
const CONFIDENTIAL = METHODS.filter((method) => method !== 'none');
const WITH_SECRET = CONFIDENTIAL.filter((method) => method.startsWith('client_secret_'));
const GUESSED = 'a-secret-that-is-long-enough-for-a-key';
const BY = { address: null, requestId: null, by: 'test' };

/** Two methods that look the same in a request are not two at once. */
const PLACES: Readonly<Record<ClientAuthenticationMethod, string>> = {
  client_secret_basic: 'header',
  client_secret_post: 'secret',
  client_secret_jwt: 'assertion',
  private_key_jwt: 'assertion',
  none: 'none',
};

const PAIRS = CONFIDENTIAL.flatMap((one) =>
  CONFIDENTIAL.filter((other) => one < other && PLACES[one] !== PLACES[other]).map((other) => [one, other] as const),
);

describe.each(CLIENT_ENDPOINTS.map((endpoint) => [endpoint.name, endpoint] as const))('the %s', (_name, endpoint) => {
  let app: TestApp;
  const clients = {} as Record<ClientAuthenticationMethod, ArmedClient>;

  beforeAll(async () => {
    app = await createTestApp();
    for (const method of METHODS) clients[method] = await anArmedClient(app, method);
  });

  afterAll(() => app.close());

  // Failures of one address are limited in a window of five minutes.
  beforeEach(() => app.clock.advance(301));

  const ask = (credentials: Credentials): Promise<Answer> => sendForm(app, endpoint.path, endpoint.form, credentials);

  const isServed = (method: ClientAuthenticationMethod) => method !== 'none' || endpoint.publicToo;

  function expectRefused(answer: Answer, error = 'invalid_client', description?: RegExp): void {
    const status = error === 'invalid_client' ? 401 : 400;
    expect([answer.status, answer.body.error]).toEqual([status, error]);
    expect(answer.body.error_description).toMatch(description ?? /./);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  }

  /** RFC 6749 §5.2: who tried the header is told which scheme belongs there. */
  const expectChallenge = (answer: Answer, method: ClientAuthenticationMethod) =>
    expect(answer.headers.get('www-authenticate')).toEqual(
      method === 'client_secret_basic' ? 'Basic realm="client", charset="UTF-8"' : null,
    );

  it.each(METHODS.filter(isServed))('knows a client that authenticates by %s as it is registered', async (method) => {
    const answer = await ask(await CREDENTIALS[method](app, clients[method]));
    expect([answer.status, answer.text, endpoint.isPassed(answer)]).toEqual([answer.status, answer.text, true]);
  });

  it.each(CONFIDENTIAL)('takes client_id beside %s, and no other than its own (RFC 6749 §2.3)', async (method) => {
    const withId = async (client_id: string) => {
      const { headers, form } = await CREDENTIALS[method](app, clients[method]);
      return ask({ headers, form: { ...form, client_id } });
    };
    expect(endpoint.isPassed(await withId(clients[method].id))).toBe(true);
    const other = CONFIDENTIAL.find((candidate) => candidate !== method)!;
    expectRefused(await withId(clients[other].id));
  });

  it.each(CONFIDENTIAL)('refuses wrong credentials by %s (RFC 6749 §5.2)', async (method) => {
    const wrong = clients[method].secret.replace(/^./, (first) => (first === 'a' ? 'b' : 'a'));
    const answer = await ask(await CREDENTIALS[method](app, clients[method], wrong));
    expectRefused(answer);
    expectChallenge(answer, method);
  });

  it.each(METHODS)('says the same of a client that there is not, by %s, as of wrong credentials', async (method) => {
    const nobody = { ...clients[method], id: 'nobody' };
    const answer = await ask(await CREDENTIALS[method](app, nobody));
    expectRefused(answer, 'invalid_client', /^Client authentication failed\.$/);
    expectChallenge(answer, method);
  });

  it.each(CONFIDENTIAL.flatMap((own) => METHODS.filter((one) => one !== own).map((other) => [own, other] as const)))(
    'TOK-01: refuses a client of %s by %s, with what it knows or has guessed (RFC 9700 §2.5)',
    async (own, other) => {
      const secret = other === 'private_key_jwt' ? undefined : clients[own].secret || GUESSED;
      const answer = await ask(await CREDENTIALS[other](app, clients[own], secret));
      expectRefused(answer, 'invalid_client', /^Client authentication failed\.$/);
    },
  );

  it.each(CONFIDENTIAL)('tells a public client that sends credentials by %s that it must not', async (method) => {
    const credentials = await CREDENTIALS[method](app, clients.none, GUESSED);
    expectRefused(await ask(credentials), 'invalid_client', /^This client is public/);
  });

  it.each(PAIRS)('TOK-01: refuses %s and %s in one request (RFC 6749 §2.3)', async (one, other) => {
    const [first, second] = [
      await CREDENTIALS[one](app, clients[one]),
      await CREDENTIALS[other](app, { ...clients[one], key: clients[other].key }),
    ];
    const both = { headers: { ...first.headers, ...second.headers }, form: { ...first.form, ...second.form } };
    expectRefused(await ask(both), 'invalid_request', /one way only/);
  });

  it('refuses a request without any credentials', async () => {
    expectRefused(await ask({ headers: {}, form: {} }), 'invalid_client', /needed/);
  });

  it.each([
    ['an empty secret', { client_secret: '' }],
    ['an empty assertion', { client_assertion: '', client_assertion_type: '' }],
  ])('takes %s for none at all', async (_what, form) => {
    expectRefused(await ask({ headers: {}, form: { ...form, client_id: clients.client_secret_post.id } }));
  });

  it.each(METHODS)('refuses a disabled client by %s', async (method) => {
    const client = await anArmedClient(app, method);
    await app.resolve(ClientRegistrations).setDisabled(client.id, true, BY);
    expectRefused(
      await ask(await CREDENTIALS[method](app, client)),
      'invalid_client',
      /^Client authentication failed\.$/,
    );
  });

  it.each(WITH_SECRET)('takes both secrets by %s while they overlap, then the new one only', async (method) => {
    const client = await anArmedClient(app, method);
    const rotated = await app.resolve(ClientRegistrations).rotateSecret(client.id, 3_600, BY);
    const fresh = rotated.outcome === 'done' ? (rotated.secret ?? '') : '';
    const passes = async (secret: string) =>
      endpoint.isPassed(await ask(await CREDENTIALS[method](app, client, secret)));
    expect([await passes(client.secret), await passes(fresh)]).toEqual([true, true]);
    app.clock.advance(3_600);
    expect([await passes(client.secret), await passes(fresh)]).toEqual([false, true]);
  });

  if (!endpoint.publicToo) {
    it('is not for clients without credentials', async () => {
      expectRefused(await ask(await CREDENTIALS.none(app, clients.none)));
    });
  }

  it('says in the metadata how clients authenticate at it (RFC 8414 §2)', async () => {
    const { body } = await app.get('/.well-known/oauth-authorization-server');
    expect(body[endpoint.name]).toMatch(new RegExp(`${endpoint.path}$`));
    // RFC 9126 §5, RFC 8628 §4: where an endpoint has no members of its own, those of the token endpoint hold.
    const prefix = body[`${endpoint.name}_auth_methods_supported`] === undefined ? 'token_endpoint' : endpoint.name;
    expect([...body[`${prefix}_auth_methods_supported`]].sort()).toEqual(METHODS.filter(isServed).sort());
    expect(body[`${prefix}_auth_signing_alg_values_supported`]).toEqual(
      [
        'ES256',
        'ES384',
        'ES512',
        'Ed25519',
        'EdDSA',
        'HS256',
        'HS384',
        'HS512',
        'PS256',
        'PS384',
        'PS512',
        'RS256',
      ].sort(),
    );
  });
});

describe('the endpoints at which clients authenticate', () => {
  /** Routes of OAuth for browsers, for whoever has a token, and documents for everybody. */
  const OTHERS = /well-known|\/oauth\/(?:authorize|logout|register|userinfo)(?:\/|$)/;

  it('are all in the table of this matrix', () => {
    const routes = [...OAUTH_ROUTES].filter((route) => !OTHERS.test(route));
    expect(CLIENT_ENDPOINTS.map(({ path }: ClientEndpoint) => `POST ${path}`).sort()).toEqual(routes.sort());
  });
});
