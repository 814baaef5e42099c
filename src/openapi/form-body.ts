import type { RequestBodyObject, SchemaObject } from '@nestjs/swagger';
import type { FormField, FormFields } from '../http/form-fields';

const FORM_TYPE = 'application/x-www-form-urlencoded';

/**
 * The request body of a form. Its fields have no examples of their own: the page would send them where nobody has filled them in, and a client
 * that needs one of two fields would send both.
 */
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

function schemaOf({ description, isSecret, values }: FormField): SchemaObject {
  return {
    type: 'string',
    description,
    ...(isSecret === true ? { format: 'password' } : {}),
    ...(values === undefined ? {} : { enum: [...values] }),
  };
}
