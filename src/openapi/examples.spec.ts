import { exampleOf, schemaOf } from './examples';

describe('the example of a schema', () => {
  it('is the one given, the default or the first of an enumeration', () => {
    expect(exampleOf({ type: 'string', example: 'a', default: 'b' }, {})).toBe('a');
    expect(exampleOf({ type: 'string', default: 'b', enum: ['c'] }, {})).toBe('b');
    expect(exampleOf({ type: 'string', enum: ['c', 'd'] }, {})).toBe('c');
    expect(exampleOf({ type: 'boolean', example: false }, {})).toBe(false);
  });

  it('is put together from those of the parts, through references', () => {
    const schemas = { Inner: { type: 'object', properties: { a: { type: 'integer', example: 1 } } } };
    const schema = { type: 'array', items: { $ref: '#/components/schemas/Inner' } };
    expect(exampleOf(schema, schemas)).toEqual([{ a: 1 }]);
    expect(exampleOf({ allOf: [{ $ref: '#/components/schemas/Inner' }] }, schemas)).toEqual({ a: 1 });
  });

  it('leaves out what may be left out, and is none where a part that is needed has none', () => {
    const properties = { a: { type: 'string', example: 'x' }, b: { type: 'string' } };
    expect(exampleOf({ type: 'object', properties }, {})).toEqual({ a: 'x' });
    expect(exampleOf({ type: 'object', properties, required: ['b'] }, {})).toBeUndefined();
    expect(exampleOf({ $ref: '#/components/schemas/Absent' }, {})).toBeUndefined();
  });

  it('ends for a schema that contains itself', () => {
    const schemas = { Node: { type: 'object', properties: { next: { $ref: '#/components/schemas/Node' } } } };
    expect(exampleOf({ $ref: '#/components/schemas/Node' }, schemas)).toBeDefined();
  });
});

describe('the schema of an example', () => {
  it('has every field of it as needed', () => {
    expect(schemaOf({ a: 'x', b: [1], c: { d: 1.5 }, e: true, f: [] })).toEqual({
      type: 'object',
      required: ['a', 'b', 'c', 'e', 'f'],
      properties: {
        a: { type: 'string' },
        b: { type: 'array', items: { type: 'integer' } },
        c: { type: 'object', required: ['d'], properties: { d: { type: 'number' } } },
        e: { type: 'boolean' },
        f: { type: 'array', items: {} },
      },
    });
  });

  it('says nothing of null', () => {
    expect(schemaOf(null)).toEqual({});
    expect(schemaOf([{ a: 1 }, { b: 'x' }, { a: 2 }])).toEqual({
      type: 'array',
      items: {
        anyOf: [
          { type: 'object', required: ['a'], properties: { a: { type: 'integer' } } },
          { type: 'object', required: ['b'], properties: { b: { type: 'string' } } },
        ],
      },
    });
  });
});
