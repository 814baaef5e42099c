import { createSecretKey } from 'node:crypto';
import { type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { verdictOnJwt, verdictOnUnsignedJwt } from './jwt-verdict';

const key = createSecretKey(Buffer.alloc(32, 7));
const NOW = 1_800_000_000;
const expected = { algorithms: ['HS256'], currentDate: new Date(NOW * 1_000), clockTolerance: 10 };

const signed = (claims: JWTPayload) => new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(key);

describe.each([
  ['signed', async (claims: JWTPayload) => verdictOnJwt(await signed(claims), [key], expected)],
  ['not signed', async (claims: JWTPayload) => verdictOnUnsignedJwt(new UnsecuredJWT(claims).encode(), expected)],
])('the verdict on a JWT that is %s', (_name, verdictOn) => {
  it.each<readonly [string, JWTPayload]>([
    ['says nothing of its times', {}],
    ['was made just now', { iat: NOW }],
    ['was made long ago', { iat: NOW - 1_000_000 }],
    ['was made by a clock that is ahead, within the tolerance', { iat: NOW + 10 }],
  ])('is good where it %s', async (_what, claims) => {
    expect(await verdictOn(claims)).toEqual({ outcome: 'good', claims });
  });

  it.each<readonly [string, JWTPayload, string]>([
    ['was made in the future', { iat: NOW + 11 }, 'iat'],
    ['was made at no time', { iat: 'now' as unknown as number }, 'iat'],
    ['is not good yet', { nbf: NOW + 11 }, 'nbf'],
    ['is good no longer', { exp: NOW - 10 }, 'exp'],
  ])('names the claim where it %s (RFC 7519 §4.1)', async (_what, claims, claim) => {
    expect(await verdictOn(claims)).toEqual({ outcome: 'claim', claim });
  });
});

describe('the verdict on a JWT of somebody else', () => {
  it('tells nothing of its claims', async () => {
    const another = createSecretKey(Buffer.alloc(32, 8));
    expect(await verdictOnJwt(await signed({ iat: NOW + 11 }), [another], expected)).toEqual({ outcome: 'signature' });
    expect(verdictOnUnsignedJwt(await signed({ iat: NOW + 11 }), expected)).toEqual({ outcome: 'signature' });
  });
});
