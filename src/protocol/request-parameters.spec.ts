import { RequestParameters } from './request-parameters';

const fault = (work: () => unknown) => {
  try {
    return work();
  } catch (error) {
    const { error: code, message } = error as { error: string; message: string };
    return [code, message];
  }
};

describe('the parameters of a request', () => {
  it('are found by name; one without a value counts as left out (RFC 6749 §3.1)', () => {
    const parameters = RequestParameters.of({ scope: 'a b', state: '', resource: ['x', '', 'y'] });
    expect([parameters.get('scope'), parameters.get('state'), parameters.get('toString')]).toEqual([
      'a b',
      undefined,
      undefined,
    ]);
    expect(parameters.all('resource')).toEqual(['x', 'y']);
    expect(parameters.names).toEqual(['scope', 'resource']);
    expect(fault(() => parameters.need('state'))).toEqual(['invalid_request', 'The parameter state is missing.']);
  });

  it('RDR-18 stand once each, but for those that may be repeated (RFC 6749 §3.1, RFC 8707 §2)', () => {
    const twice = RequestParameters.of({ client_id: ['a', 'b'], scope: ['x', 'x'] });
    expect(fault(() => twice.get('client_id'))).toEqual([
      'invalid_request',
      'The parameter client_id stands more than once.',
    ]);
    expect(fault(() => twice.get('scope'))).toEqual(['invalid_request', expect.stringContaining('scope')]);
    expect(fault(() => twice.assertSingle())).toEqual(['invalid_request', expect.stringContaining('client_id')]);
    expect(() =>
      RequestParameters.of({ resource: ['a', 'b'], audience: ['a', 'b'], state: 'x' }).assertSingle(),
    ).not.toThrow();
  });

  it.each([
    ['a list in a list', { a: [['b']] }],
    ['an object', { a: { b: 'c' } }],
    ['a number', { a: 1 }],
    ['NUL', { a: 'x\0' }],
    ['a line break', { a: 'x\r\nSet-Cookie: b=c' }],
    ['DEL', { a: '\x7f' }],
    ['a value that stands 21 times', { resource: Array.from({ length: 21 }, () => 'x') }],
    ['101 names', Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`p${index}`, 'x']))],
  ])('TOK-11 are not %s', (_what, fields) => {
    expect(fault(() => RequestParameters.of(fields))).toMatchObject(['invalid_request', expect.any(String)]);
  });

  it('are whatever a client says otherwise: names of prototypes are names like any other', () => {
    const fields = Object.assign(Object.create(null) as object, { __proto__x: 'y', constructor: 'c' });
    const parameters = RequestParameters.of(fields);
    expect([parameters.get('constructor'), parameters.get('valueOf')]).toEqual(['c', undefined]);
  });

  it('come back from where they were kept', () => {
    const parameters = RequestParameters.of({ scope: 'a', resource: ['x', 'y'] });
    const kept = RequestParameters.from(JSON.parse(JSON.stringify(parameters.entries)) as [string, string[]][]);
    expect([kept.get('scope'), kept.all('resource')]).toEqual(['a', ['x', 'y']]);
  });
});
