import type { RequestBodyObject, SchemaObject } from '@nestjs/swagger';
import type { FormField, FormFields } from '../http/form-fields';

const FORM_TYPE = 'application/x-www-form-urlencoded';

/** The request body of a form. */
export function formBody(fields: FormFields): RequestBodyObject {
  const entries = Object.entries(fields);
  const schema: SchemaObject = {
    type: 'object',
    required: entries.filter(([, { isRequired }]) => isRequired === true).map(([name]) => name),
    properties: Object.fromEntries(entries.map(([name, field]) => [name, schemaOf(field)])),
  };
  const shown = entries.flatMap(([name, { example }]) => (example === undefined ? [] : [[name, example] as const]));
  const example = shown.length === 0 ? {} : { example: Object.fromEntries(shown) };
  return { required: true, content: { [FORM_TYPE]: { schema, ...example } } };
}

/**
 * Swagger UI makes up a value for each field that has no example, and sends it; an empty one counts as left out (RFC 6749 §3.2). The example of the
 * whole form is for readers.
 */
function schemaOf({ description, isRequired, isSecret, values, example = '' }: FormField): SchemaObject {
  return {
    type: 'string',
    description,
    ...(isSecret === true ? { format: 'password' } : {}),
    ...(values === undefined ? {} : { enum: [...values] }),
    example: isRequired === true ? example : '',
  };
}
