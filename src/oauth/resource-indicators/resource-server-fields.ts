import {
  type FieldSchema,
  field,
  fieldOr,
  listOf,
  MetadataFault,
  type MetadataField,
  readPart,
  secondsOf,
  textOf,
  wordOf,
} from '../../clients/metadata-field';
import { type FieldValues, readFields, type WrittenFields } from '../../clients/read-fields';
import { isScopeToken } from '../../protocol/scope';
import type { ResourceServerProperties, ResourceServerScope } from '../../resource-servers/resource-server';
import type { PropertiesReading } from '../client-registration/registrations';

const OURS = 'Gatehouse';

/** In seconds. */
const DAY = 86_400;

const SCOPE_SCHEMA: FieldSchema = {
  type: 'object',
  required: ['name', 'description'],
  properties: {
    name: { type: 'string', examples: ['photos:read'] },
    description: { type: 'string', examples: ['See your photos'] },
  },
};

/** THE table of what a resource server can be told to be, by the names of its JSON. */
export const RESOURCE_SERVER_FIELDS = {
  name: field(
    { meaning: 'What people are shown as its name', specification: 'RFC 9728 §2' },
    { type: 'string', maxLength: 100, examples: ['Photo archive'] },
    textOf(100),
  ),
  scopes: fieldOr<readonly ResourceServerScope[]>(
    [],
    { meaning: 'Its scopes, and what people are told of each', specification: 'RFC 6749 §3.3' },
    { type: 'array', maxItems: 200, items: SCOPE_SCHEMA },
    scopesOf,
  ),
  token_format: fieldOr(
    'jwt',
    {
      meaning: 'Whether it checks tokens by itself (`jwt`) or asks this server (`opaque`)',
      specification: 'RFC 9068, RFC 7662',
    },
    { type: 'string', enum: ['jwt', 'opaque'] },
    wordOf('jwt', 'opaque'),
  ),
  access_token_lifetime: field(
    {
      meaning: 'How long its access tokens are good, in seconds, where that is shorter than elsewhere',
      specification: OURS,
    },
    { type: 'integer', minimum: 1, maximum: DAY },
    secondsOf(1, DAY),
  ),
  introspection_clients: fieldOr<readonly string[]>(
    [],
    { meaning: 'The ids of the clients that may ask about its tokens', specification: 'RFC 7662 §2.1' },
    { type: 'array', maxItems: 50, items: { type: 'string' } },
    listOf(50, clientIdOf),
  ),
} satisfies Record<string, MetadataField<unknown>>;

type Values = FieldValues<typeof RESOURCE_SERVER_FIELDS>;

/** Reads what a resource server is told to be; what is left out, or null, is as the table says. */
export function readResourceServer(
  input: Readonly<Record<string, unknown>>,
): PropertiesReading<ResourceServerProperties> {
  const { values, problems } = readFields(RESOURCE_SERVER_FIELDS, input, ['name']);
  return problems.length > 0 ? { ok: false, problems } : { ok: true, properties: propertiesOf(values) };
}

/** The fields of a resource server as they are written in JSON; what has no value is null. */
export function resourceServerFields(
  properties: ResourceServerProperties,
): WrittenFields<typeof RESOURCE_SERVER_FIELDS> {
  return {
    name: properties.name,
    scopes: properties.scopes,
    token_format: properties.tokenFormat,
    access_token_lifetime: properties.accessTokenLifetime,
    introspection_clients: properties.introspectionClients,
  };
}

function propertiesOf(values: Values): ResourceServerProperties {
  return {
    name: values.name ?? '',
    scopes: values.scopes ?? [],
    tokenFormat: values.token_format ?? 'jwt',
    accessTokenLifetime: values.access_token_lifetime ?? null,
    introspectionClients: values.introspection_clients ?? [],
  };
}

function scopesOf(value: unknown): readonly ResourceServerScope[] {
  const scopes = listOf(200, scopeOf)(value);
  const twice = scopes.findIndex(({ name }, index) => scopes.findIndex((other) => other.name === name) < index);
  if (twice >= 0) throw new MetadataFault('must not name the same scope twice', [twice, 'name']);
  return scopes;
}

function scopeOf(value: unknown): ResourceServerScope {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new MetadataFault('must be a list of objects with name and description');
  }
  const unknown = Object.keys(value).find((key) => key !== 'name' && key !== 'description');
  if (unknown !== undefined) throw new MetadataFault('must have name and description alone in each scope');
  const { name, description } = value as Partial<Record<string, unknown>>;
  return {
    name: readPart('name', name, scopeNameOf),
    description: readPart('description', description, textOf(200)),
  };
}

function scopeNameOf(value: unknown): string {
  if (typeof value !== 'string' || value.length > 100 || !isScopeToken(value)) {
    throw new MetadataFault(
      'must have names of at most 100 characters without spaces, quotes or backslashes (RFC 6749 §3.3)',
    );
  }
  return value;
}

function clientIdOf(value: unknown): string {
  if (typeof value !== 'string' || !/^[\x21-\x7e]{1,2048}$/.test(value)) {
    throw new MetadataFault('must be a list of client ids');
  }
  return value;
}
