import { sha256 } from '../crypto/digest';
import { isCodeChallenge, isCodeVerifier, verifiesChallenge } from './pkce';

describe('PKCE (RFC 7636)', () => {
  it('takes the example of the standard (Appendix B)', () => {
    const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
    expect(verifiesChallenge(verifier, 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM')).toBe(true);
  });

  it('PKC-01 compares exact bytes', () => {
    const verifier = 'a'.repeat(43);
    const challenge = sha256(verifier);
    for (const other of [verifier.slice(1), `${verifier}a`, challenge, '', 'A'.repeat(43), `${verifier} `]) {
      expect([other, verifiesChallenge(other, challenge)]).toEqual([other, false]);
    }
  });

  it.each([
    'x'.repeat(42),
    'x'.repeat(44),
    'x'.repeat(129),
    `${'x'.repeat(42)}=`,
    `${'x'.repeat(42)}+`,
    `${'x'.repeat(42)}é`,
    '',
  ])('PKC-03 does not take %j for a challenge', (challenge) => {
    expect(isCodeChallenge(challenge)).toBe(false);
  });

  it('PKC-04 takes 43 to 128 unreserved characters for a verifier, and nothing else', () => {
    for (const good of ['a'.repeat(43), 'Z'.repeat(128), `-._~${'0'.repeat(40)}`]) {
      expect([good, isCodeVerifier(good)]).toEqual([good, true]);
    }
    for (const bad of [
      'a'.repeat(42),
      'a'.repeat(129),
      `${'a'.repeat(43)} `,
      `${'a'.repeat(43)}ü`,
      `${'a'.repeat(43)}\0`,
    ]) {
      expect([bad, isCodeVerifier(bad)]).toEqual([bad, false]);
      expect(verifiesChallenge(bad, sha256(bad))).toBe(false);
    }
  });
});
