import { createSecretKey } from 'node:crypto';
import { equalInConstantTime, hmacSha256, sha256 } from './digest';

describe('digests', () => {
  it('are SHA-256 in base64url (FIPS 180-4, example "abc")', () => {
    const expected = Buffer.from('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad', 'hex');
    expect(sha256('abc')).toBe(expected.toString('base64url'));
    expect(sha256(Buffer.from('abc'))).toBe(sha256('abc'));
    expect(sha256('')).toHaveLength(43);
  });

  it('are HMAC-SHA-256 with a key (RFC 4231 §4.3), whatever the parts', () => {
    const expected = '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843';
    const key = Buffer.from('Jefe');
    expect(hmacSha256(key, 'what do ya want for nothing?').toString('hex')).toBe(expected);
    expect(hmacSha256(key, 'what do ya want ', Buffer.from('for nothing?')).toString('hex')).toBe(expected);
    expect(hmacSha256(createSecretKey(key), 'what do ya want for nothing?').toString('hex')).toBe(expected);
  });

  it('are compared without an error where the lengths differ', () => {
    const text = (value: string) => Buffer.from(value);
    expect(equalInConstantTime(text('abc'), text('abc'))).toBe(true);
    expect(equalInConstantTime(text('abc'), text('abd'))).toBe(false);
    expect(equalInConstantTime(text('abc'), text('ab'))).toBe(false);
    expect(equalInConstantTime(text(''), text(''))).toBe(true);
  });
});
