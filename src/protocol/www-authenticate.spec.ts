import {
  InsufficientRole,
  InsufficientScope,
  InsufficientUserAuthentication,
  InvalidRequest,
  InvalidToken,
  MissingToken,
} from './errors';
import { tokenChallenge } from './www-authenticate';

describe('the challenge of a guarded route (RFC 6750 §3)', () => {
  it('has no error code where there are no credentials', () => {
    expect(tokenChallenge(new MissingToken(), null)).toBe('Bearer');
    expect(tokenChallenge(new MissingToken(), 'https://id.example/meta')).toBe(
      'Bearer resource_metadata="https://id.example/meta"',
    );
  });

  it('leads to no metadata where no grant gives a token that would do (RFC 9728 §5.1)', () => {
    const error = new MissingToken();
    error.challenge = { scheme: 'Bearer', scopes: [], isHandedOut: true };
    expect(tokenChallenge(error, 'https://id.example/meta')).toBe('Bearer');
  });

  it('says what is wrong with a token, and nothing that is for the log', () => {
    expect(tokenChallenge(new InvalidToken('expired', 'secret detail'), null)).toBe(
      'Bearer error="invalid_token", error_description="The access token has expired."',
    );
    expect(tokenChallenge(new InvalidRequest('Send one token.'), null)).toBe(
      'Bearer error="invalid_request", error_description="Send one token."',
    );
  });

  it('names every scope that is needed (§3.1), and none where a role is missing', () => {
    expect(tokenChallenge(new InsufficientScope(['a', 'b']), null)).toMatch(
      /^Bearer error="insufficient_scope", .*scope="a b"$/,
    );
    expect(tokenChallenge(new InsufficientRole(), null)).not.toMatch(/\bscope="/);
  });

  it('names the age and the levels of authentication that would do (RFC 9470 §3)', () => {
    const challenge = (stepUp: { maxAge?: number; acrValues?: string[] }) =>
      tokenChallenge(new InsufficientUserAuthentication(stepUp), null);
    expect(challenge({ maxAge: 0 })).toMatch(/^Bearer error="insufficient_user_authentication", .*max_age="0"$/);
    expect(challenge({ acrValues: ['urn:a', 'urn:b'] })).toMatch(/acr_values="urn:a urn:b"$/);
  });

  it('cannot be broken out of by what is put into it', () => {
    const challenge = tokenChallenge(new InvalidRequest('a" , evil="1\r\nSet-Cookie: x=1\\ é'), null);
    expect(challenge).toBe(`Bearer error="invalid_request", error_description="a' , evil='1Set-Cookie: x=1 "`);
  });
});
