import * as fc from 'fast-check';
import { isScopeToken, parseScope, storedScopes } from './scope';

describe('scopes (RFC 6749 §3.3)', () => {
  it('are scope-tokens separated by single spaces, each once, in their order', () => {
    expect(parseScope('notes:read')).toEqual(['notes:read']);
    expect(parseScope('b a b c a')).toEqual(['b', 'a', 'c']);
    expect(parseScope('')).toEqual([]);
  });

  it.each([' ', ' a', 'a ', 'a  b', 'a\tb', 'a\nb', 'a\n', 'a"b', 'a\\b', 'ä', 'a\u00a0b', 'a\0', 'a\x7f'])(
    'are not %j',
    (text) => {
      expect(parseScope(text)).toBeNull();
    },
  );

  it('are refused where they are too long to be anybody’s, quickly', () => {
    expect(parseScope('a'.repeat(4_096))).toHaveLength(1);
    expect(parseScope('a'.repeat(4_097))).toBeNull();
    expect(parseScope('a '.repeat(2_048))).toBeNull();
    expect(isScopeToken('a'.repeat(1_000_000))).toBe(false);
  });

  it('consist of tokens without spaces, quotes and backslashes', () => {
    for (const good of ['a', 'notes:read', 'https://example.com/x', '!', '~', '[]', '#']) {
      expect(isScopeToken(good)).toBe(true);
    }
    for (const bad of ['', ' ', 'a b', '"', '\\', 'é', 'a\n']) expect(isScopeToken(bad)).toBe(false);
  });

  it('survive being written and read', () => {
    const character = fc.integer({ min: 0x21, max: 0x7e }).filter((code) => code !== 0x22 && code !== 0x5c);
    const token = fc.array(character, { minLength: 1, maxLength: 10 }).map((codes) => String.fromCharCode(...codes));
    fc.assert(
      fc.property(fc.uniqueArray(token), (tokens) => {
        expect(parseScope(tokens.join(' '))).toEqual(tokens);
        expect(storedScopes(tokens.join(' '))).toEqual(tokens);
      }),
    );
  });
});
