import * as fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import { randomId } from '../crypto/random-id';
import { RefreshTokenFormat } from './refresh-token';

describe('RefreshTokenFormat', () => {
  const secret = randomBytes(32);
  const format = new RefreshTokenFormat(secret);
  const token = format.first(randomId());

  it('makes tokens that it reads again', () => {
    const familyId = randomId();
    const first = format.first(familyId);
    expect(first.value).toMatch(/^ghr_[\w-]{86}$/);
    expect(first.familyId).toBe(familyId);
    expect(format.read(first.value)).toEqual(first);
  });

  it('makes 256 unpredictable bits for each family, and a digest that is not part of the token', () => {
    const familyId = randomId();
    expect(format.first(familyId).digest).not.toBe(format.first(familyId).digest);
    expect(token.value).not.toContain(token.digest);
  });

  it('derives always the same successor, of the same family, on every node', () => {
    const successor = format.successorOf(token);
    expect(format.successorOf(token)).toEqual(successor);
    expect(new RefreshTokenFormat(secret).successorOf(token)).toEqual(successor);
    expect(successor.familyId).toBe(token.familyId);
    expect(successor.digest).not.toBe(token.digest);
    expect(format.read(successor.value)).toEqual(successor);
  });

  it('never comes back to a token it has been at', () => {
    const seen = new Set<string>();
    for (let step = 0, at = token; step < 200; step++, at = format.successorOf(at)) seen.add(at.digest);
    expect(seen.size).toBe(200);
  });

  it('does not read what was made with another secret', () => {
    const other = new RefreshTokenFormat(randomBytes(32));
    expect(other.read(token.value)).toBeNull();
    expect(format.read(other.first(token.familyId).value)).toBeNull();
  });

  it('reads no token of which any character was changed', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.split('');
    for (let index = 0; index < token.value.length; index++) {
      for (const character of alphabet) {
        if (token.value[index] === character) continue;
        expect(format.read(token.value.slice(0, index) + character + token.value.slice(index + 1))).toBeNull();
      }
    }
  });

  it('reads no other spelling of a token', () => {
    const { value } = token;
    const others = [`${value}=`, `${value}==`, ` ${value}`, `${value}\n`, value.toUpperCase(), value.slice(4)];
    others.push(value.slice(0, -1), `${value}A`, value.replace(/.$/, '+'), value.replace('ghr_', 'GHR_'), 'ghr_', '');
    for (const other of others) expect(format.read(other)).toBeNull();
  });

  it('reads nothing that it has not made, and never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => format.read(text) === null && format.read(`ghr_${text}`) === null));
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 64, maxLength: 64 }),
        (bytes) => format.read(`ghr_${Buffer.from(bytes).toString('base64url')}`) === null,
      ),
    );
  });
});
