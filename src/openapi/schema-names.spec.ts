import type { OpenAPIObject } from '@nestjs/swagger';
import { nameSchemas } from './schema-names';

function named(...names: readonly string[]): OpenAPIObject {
  const [first] = names;
  const document: OpenAPIObject = {
    openapi: '3.1.0',
    info: { title: 't', version: '1' },
    paths: {},
    components: {
      schemas: Object.fromEntries(names.map((name) => [name, { type: 'object' }])),
      responses: {
        r: { description: '', content: { a: { schema: { $ref: `#/components/schemas/${first}` } } } },
      },
    },
  };
  nameSchemas(document);
  return document;
}

describe('the names of schemas', () => {
  it('are those of things, in references too', () => {
    const { components } = named('NoteView', 'NewNoteDto', 'Problem');
    expect(Object.keys(components?.schemas ?? {})).toEqual(['Note', 'NewNote', 'Problem']);
    expect(JSON.stringify(components?.responses)).toContain('"#/components/schemas/Note"');
  });

  it('stay those of the classes where two would be one', () => {
    const { components } = named('BookDto', 'BookView', 'PageDto', 'Page');
    expect(Object.keys(components?.schemas ?? {})).toEqual(['BookDto', 'BookView', 'PageDto', 'Page']);
  });

  it('are never empty', () => {
    expect(Object.keys(named('View', 'Dto').components?.schemas ?? {})).toEqual(['View', 'Dto']);
  });
});
