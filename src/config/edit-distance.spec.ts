import { editDistance } from './edit-distance';

describe('the edit distance', () => {
  it.each([
    ['', '', 0],
    ['', 'PORT', 4],
    ['ISSUER', 'ISSUER', 0],
    ['ISUER', 'ISSUER', 1],
    ['ISSUERS', 'ISSUER', 1],
    ['ISSUAR', 'ISSUER', 1],
    ['PROT', 'PORT', 1],
    ['KITTEN', 'SITTING', 3],
    ['TRUSTED_PROXY', 'TRUSTED_PROXIES', 3],
  ])('from %p to %p is %i, and as much on the way back', (from, to, distance) => {
    expect(editDistance(from, to)).toBe(distance);
    expect(editDistance(to, from)).toBe(distance);
  });
});
