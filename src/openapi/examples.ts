import type { ReferenceObject, SchemaObject } from '@nestjs/swagger';

type Schema = SchemaObject | ReferenceObject;

/** Deeper than any schema that makes sense; recursive ones end here. */
const MOST_DEPTH = 8;

/** The example of a schema, put together from those of its parts; undefined where a part that is needed has none. */
export function exampleOf(
  schema: Schema,
  schemas: Readonly<Record<string, Schema>>,
  depth: number = MOST_DEPTH,
): unknown {
  if (depth === 0) return undefined;
  if ('$ref' in schema) {
    const target = schemas[schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1)];
    return target === undefined ? undefined : exampleOf(target, schemas, depth - 1);
  }
  const given: unknown = schema.example ?? schema.default ?? schema.enum?.[0];
  if (given !== undefined) return given;
  const [only] = [...(schema.allOf ?? []), ...(schema.oneOf ?? []), ...(schema.anyOf ?? [])];
  if (only !== undefined) return exampleOf(only, schemas, depth - 1);
  if (schema.items !== undefined) {
    const item = exampleOf(schema.items, schemas, depth - 1);
    return item === undefined ? undefined : [item];
  }
  return schema.properties === undefined ? undefined : exampleOfObject(schema, schemas, depth);
}

function exampleOfObject(
  { properties = {}, required = [] }: SchemaObject,
  schemas: Readonly<Record<string, Schema>>,
  depth: number,
): object | undefined {
  const example: Record<string, unknown> = {};
  for (const [name, property] of Object.entries(properties)) {
    const value = exampleOf(property, schemas, depth - 1);
    if (value !== undefined) example[name] = value;
    else if (required.includes(name)) return undefined;
  }
  return example;
}

/** The schema of which a value is an example: every field of it is always there. */
export function schemaOf(example: unknown): SchemaObject {
  if (Array.isArray(example)) return { type: 'array', items: itemsOf(example) };
  if (typeof example === 'object' && example !== null) {
    const properties = Object.fromEntries(Object.entries(example).map(([name, value]) => [name, schemaOf(value)]));
    return { type: 'object', required: Object.keys(properties), properties };
  }
  if (typeof example === 'number') return { type: Number.isInteger(example) ? 'integer' : 'number' };
  return example === null ? {} : { type: typeof example };
}

/** The schema of the items of a list: of all that are shown, where they are of several kinds. */
function itemsOf(examples: readonly unknown[]): SchemaObject {
  const schemas = new Map(examples.map((example) => [JSON.stringify(schemaOf(example)), schemaOf(example)]));
  const [first = {}, ...others] = schemas.values();
  return others.length === 0 ? first : { anyOf: [...schemas.values()] };
}
