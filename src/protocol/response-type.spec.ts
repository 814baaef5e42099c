import { defaultModeOf, RESPONSE_TYPES, responseTypeOf, wordsOf } from './response-type';

describe('response types', () => {
  it.each(RESPONSE_TYPES)('%s is read in any order of its words (OAuth Multiple Response Types §3)', (type) => {
    expect(responseTypeOf(type)).toBe(type);
    expect(responseTypeOf(type.split(' ').reverse().join(' '))).toBe(type);
    expect(wordsOf(type).slice().sort().join(' ')).toBe(type);
  });

  it.each([
    '',
    ' ',
    'token',
    'none',
    'CODE',
    'code code',
    'code  token',
    ' code',
    'code token id_token code',
    'toString',
  ])('is none: "%s"', (text) => expect(responseTypeOf(text)).toBeNull());

  it.each([
    ['code', 'query'],
    ['none', 'query'],
    ['', 'query'],
    ['token', 'fragment'],
    ['token id_token', 'fragment'],
    ['code id_token', 'fragment'],
    ['unknown token', 'fragment'],
  ])('are answered where nobody says how: %s in the %s (OAuth Multiple Response Types §5)', (type, mode) => {
    expect(defaultModeOf(type)).toBe(mode);
  });
});
