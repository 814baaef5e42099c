import type { OAuthFeatureName } from '../../src/config/oauth-features';
import { RouteTable } from '../../src/http/route-table';
import { OAUTH_FEATURES as OF_OAUTH } from '../../src/oauth/oauth.features';
import { OIDC_FEATURES } from '../../src/oidc/oidc.features';
import { GrantType } from '../../src/protocol/grant-types';
import { createTestApp, type TestApp } from '../support/create-test-app';
import { routesOf } from '../support/openapi';
import { createTestDatabase, type TestDatabase } from '../support/test-database';
import { aPublicClient } from '../support/test-clients';

const OAUTH_FEATURES = { ...OF_OAUTH, ...OIDC_FEATURES };

/** What there is of a feature, and of it alone, to be seen from outside. */
interface Traces {
  readonly routes?: readonly string[];
  readonly grants?: readonly string[];
  /** Members of the metadata of the authorization server. */
  readonly metadata?: readonly string[];
  /** Members of the metadata of the resource server. */
  readonly resource?: readonly string[];
}

/** Those of two features: they are gone where both are off. */
const ISSUER_ROUTES = [
  ...['GET', 'POST'].map((method) => `${method} /admin/trusted-issuers`),
  ...['GET', 'PATCH', 'DELETE'].map((method) => `${method} /admin/trusted-issuers/{id}`),
];

const TRACES: Readonly<Record<OAuthFeatureName, Traces>> = {
  authorization_code: {
    routes: ['GET /oauth/authorize', 'POST /oauth/authorize', 'GET /consent', 'POST /consent'],
    grants: [GrantType.authorizationCode],
    metadata: [
      'authorization_endpoint',
      'response_modes_supported',
      'code_challenge_methods_supported',
      'prompt_values_supported',
      'authorization_response_iss_parameter_supported',
    ],
  },
  refresh_token: { grants: [GrantType.refreshToken] },
  client_credentials: { grants: [GrantType.clientCredentials] },
  device_authorization: {
    routes: ['POST /oauth/device_authorization', 'GET /device', 'POST /device', 'POST /device/decision'],
    grants: [GrantType.deviceCode],
    metadata: ['device_authorization_endpoint'],
  },
  revocation: {
    routes: ['POST /oauth/revoke'],
    metadata: ['revocation_endpoint', 'revocation_endpoint_auth_methods_supported'],
  },
  introspection: {
    routes: ['POST /oauth/introspect'],
    metadata: ['introspection_endpoint', 'introspection_endpoint_auth_methods_supported'],
  },
  pushed_authorization_requests: {
    routes: ['POST /oauth/par'],
    metadata: ['pushed_authorization_request_endpoint'],
  },
  request_objects: { metadata: ['request_object_signing_alg_values_supported'] },
  request_uri: { metadata: ['require_request_uri_registration'] },
  token_exchange: { grants: [GrantType.tokenExchange] },
  jwt_bearer: {
    routes: [
      ...ISSUER_ROUTES,
      ...['GET', 'POST'].map((method) => `${method} /admin/trusted-issuers/{id}/links`),
      ...['GET', 'DELETE'].map((method) => `${method} /admin/trusted-issuers/{id}/links/{subject}`),
    ],
    grants: [GrantType.jwtBearer],
  },
  client_id_metadata_documents: { metadata: ['client_id_metadata_document_supported'] },
  dynamic_registration: {
    routes: [
      'POST /oauth/register',
      'GET /oauth/register/{clientId}',
      'PUT /oauth/register/{clientId}',
      'DELETE /oauth/register/{clientId}',
      ...ISSUER_ROUTES,
    ],
    metadata: ['registration_endpoint'],
  },
  openid: {
    routes: ['GET /oauth/userinfo', 'POST /oauth/userinfo'],
    metadata: [
      'userinfo_endpoint',
      'id_token_signing_alg_values_supported',
      'claims_supported',
      'claims_parameter_supported',
      'subject_types_supported',
      'acr_values_supported',
      'display_values_supported',
      'ui_locales_supported',
      'userinfo_signing_alg_values_supported',
    ],
  },
  rp_initiated_logout: {
    routes: ['GET /oauth/logout', 'POST /oauth/logout', 'GET /sign-out/confirmation', 'POST /sign-out/confirmation'],
    metadata: ['end_session_endpoint'],
  },
  back_channel_logout: { metadata: ['backchannel_logout_supported', 'backchannel_logout_session_supported'] },
  front_channel_logout: { metadata: ['frontchannel_logout_supported', 'frontchannel_logout_session_supported'] },
  session_management: { routes: ['GET /oauth/check-session'], metadata: ['check_session_iframe'] },
  implicit_and_hybrid: { grants: [GrantType.implicit] },
  jarm: { metadata: ['authorization_signing_alg_values_supported'] },
  encryption: {
    metadata: ['id_token', 'userinfo', 'request_object'].flatMap((what) => [
      `${what}_encryption_alg_values_supported`,
      `${what}_encryption_enc_values_supported`,
    ]),
  },
  dpop: { metadata: ['dpop_signing_alg_values_supported'], resource: ['dpop_signing_alg_values_supported'] },
};

interface Seen {
  readonly routes: readonly string[];
  readonly grants: readonly string[];
  readonly metadata: readonly string[];
  readonly resource: readonly string[];
}

async function look(app: TestApp): Promise<Seen> {
  const { body } = await app.get('/.well-known/oauth-authorization-server');
  const resource = await app.get('/.well-known/oauth-protected-resource');
  return {
    routes: routesOf(app.resolve(RouteTable)),
    grants: body.grant_types_supported as string[],
    metadata: Object.keys(body as object),
    resource: Object.keys(resource.body as object),
  };
}

const KINDS = ['routes', 'grants', 'metadata', 'resource'] as const;

const left = (traces: Traces, seen: Seen) =>
  KINDS.flatMap((kind) => (traces[kind] ?? []).filter((trace) => seen[kind].includes(trace)));

const all = (traces: Traces) => KINDS.flatMap((kind) => traces[kind] ?? []);

describe('a feature of the authorization server', () => {
  let app: TestApp;
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });

  afterEach(() => app?.stop());

  afterAll(() => database.drop());

  it('has its row in this table, and leaves a trace', () => {
    expect(Object.keys(TRACES).sort()).toEqual(Object.keys(OAUTH_FEATURES).sort());
    for (const [name, traces] of Object.entries(TRACES)) expect([name, all(traces).length > 0]).toEqual([name, true]);
  });

  it('is there where it is on', async () => {
    const everything = Object.keys(OAUTH_FEATURES).map((name) => `+${name}`);
    app = await createTestApp({ database, env: { OAUTH_FEATURES: everything.join() } });
    const seen = await look(app);
    for (const [name, traces] of Object.entries(TRACES)) {
      expect([name, left(traces, seen)]).toEqual([name, all(traces)]);
    }
  });

  it.each(Object.keys(TRACES) as OAuthFeatureName[])(
    '%s is gone where it is off, and its grant refused',
    async (name) => {
      app = await createTestApp({ database, env: { OAUTH_FEATURES: `-${name}` } });
      expect(left(TRACES[name], await look(app))).toEqual([]);
      for (const route of TRACES[name].routes ?? []) {
        const [method = '', path = ''] = route.split(' ');
        const { status, body } = await app.request(method, path);
        expect([route, status]).toEqual([route, 404]);
        const never = await app.request(method, '/oauth/never');
        // Programs are told what they are told where nothing ever was; people see a page.
        if (body.error !== undefined) expect(body).toEqual(never.body);
        expect(never.body.error_description).toContain('.well-known/oauth-authorization-server');
      }
      const { id } = await aPublicClient(app);
      for (const grant of TRACES[name].grants ?? []) {
        const form = new URLSearchParams({ grant_type: grant, client_id: id }).toString();
        const answer = await app.post('/oauth/token', form, { 'content-type': 'application/x-www-form-urlencoded' });
        expect([grant, answer.body.error]).toEqual([grant, 'unsupported_grant_type']);
      }
    },
  );
});
