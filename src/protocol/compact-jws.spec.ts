import * as fc from 'fast-check';
import { isCompactJws, readCompactJws } from './compact-jws';

const encode = (text: string | Buffer) => Buffer.from(text as string).toString('base64url');

describe('the compact serialization of a JWS (RFC 7515 §3.1)', () => {
  const header = encode('{"alg":"ES256"}');
  const token = `${header}.${encode('{"sub":"x"}')}.${encode(Buffer.alloc(64, 7))}`;
  const [, payload, signature] = token.split('.') as [string, string, string];

  it('gives its header as it came', () => {
    expect(readCompactJws(token)).toEqual({ alg: 'ES256' });
    expect(isCompactJws(token)).toBe(true);
  });

  it('is read for segments of every length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), fc.uint8Array({ minLength: 1 }), (body, mac) => {
        expect(readCompactJws(`${header}.${encode(Buffer.from(body))}.${encode(Buffer.from(mac))}`)).not.toBeNull();
      }),
    );
  });

  it.each([
    ['nothing', ''],
    ['one segment', header],
    ['two segments', `${header}.${payload}`],
    ['an empty signature', `${header}.${payload}.`],
    ['an empty payload', `${header}..${signature}`],
    ['an empty header', `.${payload}.${signature}`],
    ['four segments', `${token}.${signature}`],
    ['five segments, as an encrypted token has', `${token}.x.x`],
    ['seven segments', `${token}.x.x.x.x`],
    ['a space before', ` ${token}`],
    ['a space after', `${token} `],
    ['a line end after', `${token}\n`],
    ['a line end inside', `${header}\n.${payload}.${signature}`],
    ['padding', `${header}=.${payload}.${signature}`],
    ['the other base64 alphabet', `${header}.${payload}.ab+/`],
    ['a byte order mark', `\ufeff${token}`],
    ['a NUL', `${token}\0`],
    ['the JSON serialization, flattened', JSON.stringify({ protected: header, payload, signature })],
    ['the JSON serialization, general', JSON.stringify({ payload, signatures: [{ protected: header, signature }] })],
    ['two tokens', `${token},${token}`],
    ['letters that look like ASCII', token.replace('e', 'е')],
  ])('JWT-12: is not %s', (_what, text) => {
    expect(readCompactJws(text)).toBeNull();
    expect(isCompactJws(text)).toBe(false);
  });

  it('JWT-12: has one spelling: unused bits of the last character are zero (RFC 4648 §3.5)', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.split('');
    for (const bytes of [Buffer.from([1]), Buffer.from([1, 2]), Buffer.from([1, 2, 3]), Buffer.from([1, 2, 3, 4])]) {
      const canonical = encode(bytes);
      const spellings = alphabet
        .map((last) => canonical.slice(0, -1) + last)
        .filter((text) => Buffer.from(text, 'base64url').equals(bytes));
      const accepted = spellings.filter((text) => isCompactJws(`${header}.${payload}.${text}`));
      expect(accepted).toEqual([canonical]);
    }
    expect(isCompactJws(`${header}.${payload}.AAAAA`)).toBe(false);
  });

  it.each([
    'not json',
    '"text"',
    '7',
    'null',
    'true',
    '[]',
    '[{"alg":"ES256"}]',
    '{"alg":"ES256"',
    '\ufeff{"alg":"ES256"}',
  ])('JWT-12: has an object as its header, not %j', (text) => {
    expect(readCompactJws(`${encode(text)}.${payload}.${signature}`)).toBeNull();
  });

  it('is not looked at when it is longer than any of ours', () => {
    expect(isCompactJws(`${header}.${'A'.repeat(8_192)}.${signature}`)).toBe(false);
    expect(isCompactJws('.'.repeat(10_000_000))).toBe(false);
  });

  it('is never an error, whatever the text', () => {
    fc.assert(fc.property(fc.string(), fc.string(), (a, b) => readCompactJws(`${a}.${b}.${a}`) !== undefined));
    fc.assert(fc.property(fc.json(), (json) => readCompactJws(`${encode(json)}.AA.AA`) !== undefined));
  });
});
