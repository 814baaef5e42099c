import type { OperationObject } from '@nestjs/swagger';
import type { RoutePolicy } from '../auth/route-policy';
import type { DocumentedRoute } from './documented-route';

/** Name of the security scheme of access tokens. */
export const BEARER = 'bearer';

/** Name of the security scheme with which people get an access token by signing in. */
export const SIGN_IN = 'oauth2';

/** Name of the security scheme of the routes that are for holders of a refresh token. */
export const REFRESH_TOKEN = 'refresh_token';

/** Name of the security scheme of clients that have a secret. */
export const CLIENT_BASIC = 'clientBasic';

/** What the guard of a route demands, for programs and for people. */
export interface OperationAccess {
  readonly security: NonNullable<OperationObject['security']>;
  /** Markdown. */
  readonly sentence: string;
  /** What OpenAPI has no words for. */
  readonly extensions: Readonly<Record<`x-${string}`, unknown>>;
}

/**
 * Says what the decorators of a route demand. OpenAPI 3.1 §4.8.30: the list beside a scheme that is not OAuth names what is needed too.
 * @param ways names of the security schemes that lead to an access token
 */
export function accessOf(
  { policy, description: { clients } }: DocumentedRoute,
  ways: readonly string[],
): OperationAccess {
  const { roles, maxAge, acrValues } = policy;
  // Or by what is in the form, of which OpenAPI 3.1 §4.8.27 has no scheme.
  if (clients !== undefined) {
    return { security: [{}, { [CLIENT_BASIC]: [] }], sentence: CLIENTS[clients], extensions: {} };
  }
  return {
    security: securityOf(policy, ways),
    sentence: sentenceOf(policy),
    extensions: {
      ...(roles.length > 0 ? { 'x-required-roles': [...roles] } : {}),
      ...(maxAge === undefined ? {} : { 'x-max-age': maxAge }),
      ...(acrValues === undefined ? {} : { 'x-acr-values': [...acrValues] }),
    },
  };
}

const AUTHENTICATED =
  'Clients authenticate as they are registered: by HTTP Basic, or with `client_secret` or `client_assertion` in the form';

const CLIENTS = {
  any: `${AUTHENTICATED}; public clients send their \`client_id\` alone.`,
  confidential: `${AUTHENTICATED}; public clients are refused.`,
};

function securityOf({ access, scopes }: RoutePolicy, ways: readonly string[]): OperationAccess['security'] {
  const byToken = ways.map((way) => ({ [way]: [...scopes] }));
  switch (access) {
    case 'public':
      return [];
    case 'optional':
      return [{}, ...byToken];
    case 'refresh-token':
      return [{ [REFRESH_TOKEN]: [] }];
    case 'required':
      return byToken;
  }
}

function sentenceOf(policy: RoutePolicy): string {
  const demands = demandsOf(policy);
  switch (policy.access) {
    case 'public':
      return 'Open to everybody.';
    case 'optional':
      return `With or without an access token; one that is sent must be good.${demands}`;
    case 'refresh-token':
      return 'Needs a refresh token.';
    case 'required':
      return `Needs an access token.${demands}`;
  }
}

function demandsOf({ scopes, roles, maxAge, acrValues }: RoutePolicy): string {
  const demands = [
    scopes.length > 0 ? `It must carry ${listed('scope', scopes)}.` : '',
    roles.length > 0 ? `The person must have ${listed('role', roles)}.` : '',
    maxAge === undefined ? '' : `The sign-in may be at most ${maxAge} s old (RFC 9470).`,
    acrValues === undefined ? '' : `The sign-in must be one of ${code(acrValues)} (RFC 9470).`,
  ];
  return demands.map((demand) => (demand === '' ? '' : ` ${demand}`)).join('');
}

function listed(noun: string, names: readonly string[]): string {
  return `the ${noun}${names.length > 1 ? 's' : ''} ${code(names)}`;
}

function code(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}
