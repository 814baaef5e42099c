import type { Answer } from './test-client';

/** An endpoint at which clients authenticate, and how to tell that one has. */
export interface ClientEndpoint {
  /** As in the names of the members of the metadata document. */
  readonly name: string;
  readonly path: string;
  /** A request that the endpoint answers in its own way as soon as it knows the client. */
  readonly form: Readonly<Record<string, string>>;
  /** Whether clients without credentials are served. */
  readonly publicToo: boolean;
  isPassed(answer: Answer): boolean;
}

/** THE table of endpoints at which clients authenticate: a row here puts an endpoint through every case of the matrix. */
export const CLIENT_ENDPOINTS: readonly ClientEndpoint[] = [
  {
    name: 'token_endpoint',
    path: '/oauth/token',
    form: { grant_type: 'urn:example:nothing' },
    publicToo: true,
    isPassed: ({ status, body }) => status === 400 && body.error === 'unsupported_grant_type',
  },
  {
    name: 'introspection_endpoint',
    path: '/oauth/introspect',
    form: { token: 'nothing' },
    publicToo: false,
    isPassed: ({ status, body }) => status === 200 && body.active === false,
  },
  {
    name: 'revocation_endpoint',
    path: '/oauth/revoke',
    form: { token: 'nothing' },
    publicToo: true,
    isPassed: ({ status }) => status === 200,
  },
  {
    name: 'pushed_authorization_request_endpoint',
    path: '/oauth/par',
    form: { response_type: 'nothing' },
    publicToo: true,
    isPassed: ({ status, body }) =>
      status === 400 && ['invalid_request', 'unsupported_response_type'].includes(body.error as string),
  },
  {
    name: 'device_authorization_endpoint',
    path: '/oauth/device_authorization',
    form: { scope: 'nothing:known' },
    publicToo: true,
    isPassed: ({ status, body }) =>
      status === 400 && ['invalid_scope', 'unauthorized_client'].includes(body.error as string),
  },
];
