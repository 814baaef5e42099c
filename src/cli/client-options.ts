import { readFileSync } from 'node:fs';
import { isNativeRedirect } from '../protocol/redirect-uri';
import { GRANT_TYPES, GrantType, type GrantTypeName } from '../protocol/grant-types';
import { CommandFailed } from './failure';
import type { OutputOptions } from './operator-command';

/** Options of the command that registers a client. */
export interface ClientOptions extends OutputOptions {
  readonly name?: string;
  readonly type?: string;
  readonly authMethod?: string;
  readonly redirectUri?: readonly string[];
  readonly scope?: readonly string[];
  readonly grant?: readonly string[];
  readonly id?: string;
  readonly jwks?: string;
  readonly jwksUri?: string;
}

const PUBLIC = 'none';

/** The grants by short names: what stands last in those that are URNs. */
const GRANTS = new Map(GRANT_TYPES.map((grant) => [grant.replace(/^.*:/, '').replaceAll('-', '_'), grant]));

/** The short names of the grants, for people at a terminal. */
export const GRANT_NAMES: readonly string[] = [...GRANTS.keys()];

/** The grant that has this name, short or as the standards have it; undefined where there is none. */
export function grantNamed(name: string): GrantTypeName | undefined {
  return GRANT_TYPES.find((grant) => grant === name) ?? GRANTS.get(name.replaceAll('-', '_'));
}

/**
 * What options make of a client, in the field names of RFC 7591; what they leave out is what suits its kind: codes and refresh tokens where people are
 * sent back to it, and client credentials where nobody is.
 * @throws {CommandFailed} when they contradict each other
 */
export function metadataOf(options: ClientOptions): Record<string, unknown> {
  const { name, redirectUri: redirectUris = [], scope = [], jwks, jwksUri } = options;
  const method = methodOf(options);
  return {
    client_name: name,
    token_endpoint_auth_method: method,
    redirect_uris: redirectUris,
    grant_types: options.grant ?? grantsOf(redirectUris, method),
    scope: scope.flatMap((words) => words.split(' ').filter((word) => word !== '')).join(' '),
    ...(redirectUris.length > 0 && redirectUris.every(isNativeRedirect) ? { application_type: 'native' } : {}),
    ...(jwks === undefined ? {} : { jwks: readKeys(jwks) }),
    ...(jwksUri === undefined ? {} : { jwks_uri: jwksUri }),
  };
}

function methodOf({ type, authMethod: method }: ClientOptions): string {
  if (type !== undefined && type !== 'public' && type !== 'confidential') {
    throw new CommandFailed('--type is public or confidential.', 2);
  }
  const usual = type === 'public' ? PUBLIC : 'client_secret_basic';
  if (method === undefined) return usual;
  if (type !== undefined && (type === 'public') !== (method === PUBLIC)) {
    const fitting = type === 'public' ? 'is none' : 'is another one than none';
    throw new CommandFailed(`The --auth-method of a ${type} client ${fitting}: leave one of the two options out.`, 2);
  }
  return method;
}

function grantsOf(redirectUris: readonly string[], method: string): string[] {
  if (redirectUris.length > 0) return [GrantType.authorizationCode, GrantType.refreshToken];
  if (method !== PUBLIC) return [GrantType.clientCredentials];
  throw new CommandFailed(
    'Give a public client a --redirect-uri, where people are sent back to; or say with --grant how else it gets its tokens.',
    2,
  );
}

function readKeys(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as unknown;
  } catch (error) {
    const reason = error instanceof SyntaxError ? 'holds no JSON' : 'cannot be read';
    throw new CommandFailed(`The file ${file} ${reason}: --jwks takes a file with the public keys of the client.`);
  }
}
