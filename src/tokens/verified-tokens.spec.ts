import type { AccessTokenClaims } from './access-token-claims';
import { VerifiedTokens } from './verified-tokens';

describe('VerifiedTokens', () => {
  const claims = { sub: 'u' } as AccessTokenClaims;

  it('knows what it was told, by the whole text', () => {
    const tokens = new VerifiedTokens();
    tokens.set('abc', { claims, kid: 'k' });
    expect(tokens.get('abc')).toEqual({ claims, kid: 'k' });
    for (const other of ['ab', 'abcd', 'abC', 'abc ', '']) expect(tokens.get(other)).toBeUndefined();
    tokens.delete('abc');
    expect(tokens.get('abc')).toBeUndefined();
  });

  it('keeps what was signed apart from what was verified', () => {
    const tokens = new VerifiedTokens();
    tokens.noteSigned('abc', 'k');
    expect(tokens.get('abc')).toBeUndefined();
    expect(tokens.signedWith('abc')).toBe('k');
    expect(tokens.signedWith('abd')).toBeUndefined();
  });

  it('forgets the tokens used least recently when there are too many', () => {
    const tokens = new VerifiedTokens();
    tokens.set('first', { claims, kid: 'k' });
    for (let index = 0; index < 20_000; index++) tokens.set(`token-${index}`, { claims, kid: 'k' });
    expect(tokens.get('first')).toBeUndefined();
    expect(tokens.get('token-19999')).toBeDefined();
  });
});
