import { Allow } from 'class-validator';
import type { Type } from '@nestjs/common';
import type { MetadataField } from '../clients/metadata-field';
import type { FieldProblem, FieldTable } from '../clients/read-fields';
import { ApiProperty } from '../http/api-property.decorator';
import { pointerTo } from '../http/pointer';
import { Problem } from '../http/problem';

/** Describes a class whose fields are those of a table; those that always have a value are always there. */
export function describeFields(type: Type, table: FieldTable): void {
  for (const [name, field] of Object.entries(table)) {
    describeField(type, name, field, field.default !== undefined ? {} : { required: false });
  }
}

/**
 * Has the body of a request take the fields of a table. Of what is in them the rules of the table judge, which say more than those of a class can.
 * @param nullable whether null stands for the value where nobody says
 */
export function takeFields(
  type: Type,
  table: FieldTable,
  { nullable = false }: { readonly nullable?: boolean } = {},
): void {
  for (const [name, field] of Object.entries(table)) {
    Allow()(type.prototype as object, name);
    describeField(type, name, field, { required: false, ...(nullable ? { nullable } : {}) });
  }
}

/** Has the body of a request take what nobody changes, for whoever sends back what they have read. @param fields their types by their names */
export function takeFixed(type: Type, fields: Readonly<Record<string, 'string' | 'integer' | 'boolean'>>): void {
  for (const [name, jsonType] of Object.entries(fields)) {
    Allow()(type.prototype as object, name);
    const options = { type: jsonType, required: false, description: 'May be sent back as it was read' };
    ApiProperty(options)(type.prototype as object, name);
  }
}

function describeField(
  type: Type,
  name: string,
  { schema, meaning, specification }: MetadataField<unknown>,
  more: object,
): void {
  const { examples: [example] = [], ...rest } = schema as { readonly examples?: readonly unknown[] };
  const description = `${meaning} (${specification})`;
  ApiProperty({ ...rest, ...(example === undefined ? {} : { example }), description, ...more })(
    type.prototype as object,
    name,
  );
}

/** A refusal that points at what has to be changed. */
export function invalidBody(problems: readonly FieldProblem[]): Problem {
  const errors = problems.map(({ field, path = [], reason }) => ({
    pointer: pointerTo(field, ...path),
    detail: reason,
  }));
  return new Problem('validation_failed', { errors });
}

/**
 * Takes out of a body what nobody can change, as long as it says what is there: whoever reads, edits and sends back need not take it out.
 * @param fixed what is there, by the names of its fields
 * @throws {Problem} validation_failed where it says something else
 */
export function withoutFixed(
  body: Readonly<Record<string, unknown>>,
  fixed: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const given = Object.entries(body).filter(([, value]) => value !== undefined);
  const wrong = given.filter(([name, value]) => Object.hasOwn(fixed, name) && fixed[name] !== value);
  if (wrong.length > 0) {
    throw invalidBody(wrong.map(([field]) => ({ field, reason: `${field} cannot be changed here: leave it out.` })));
  }
  return Object.fromEntries(given.filter(([name]) => !Object.hasOwn(fixed, name)));
}
