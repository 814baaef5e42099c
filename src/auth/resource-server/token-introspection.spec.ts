import { JwtService } from '@nestjs/jwt';
import { FakeClock } from '../../../test/support/fake-clock';
import { InvalidToken, TemporarilyUnavailable } from '../../protocol/errors';
import { AccessTokenVerifier } from '../../tokens/access-token-verifier';
import { resourceServerTerms } from '../resource-server-options';
import type { IssuerRequests } from './issuer-requests';
import { TokenIntrospection } from './token-introspection';
import type { IssuerDiscovery } from './issuer-discovery';

const ENDPOINT = 'https://id.example/oauth/introspect';
const terms = resourceServerTerms({
  issuer: 'https://id.example',
  audience: 'https://api.example',
  introspection: { clientId: 'a:b', clientSecret: 's e' },
});

describe('asking the issuer about tokens (RFC 7662)', () => {
  let clock: FakeClock;
  let endpoint: string | null;
  let introspection: TokenIntrospection;
  const post = jest.fn();

  beforeEach(() => {
    clock = new FakeClock();
    endpoint = ENDPOINT;
    post.mockReset();
    const { issuer, audience, clockTolerance } = terms;
    const verifier = new AccessTokenVerifier(
      new JwtService({}),
      { verificationKey: () => undefined, seek: () => undefined },
      { isRevoked: () => false },
      clock,
      { issuer, audience, clockTolerance, lifetime: Number.POSITIVE_INFINITY },
    );
    const trusted = { metadata: async () => ({ introspectionEndpoint: endpoint }) } as unknown as IssuerDiscovery;
    introspection = new TokenIntrospection(trusted, { post } as unknown as IssuerRequests, verifier, clock, terms);
  });

  const answer = (body: unknown) =>
    post.mockResolvedValue({ status: 200, headers: {}, body: Buffer.from(JSON.stringify(body)) });
  const statement = (changes: object = {}) => {
    const now = clock.now() / 1_000;
    const said = { iss: terms.issuer, aud: terms.audience, sub: 'u', client_id: 'c', jti: 'j', scope: 'a', iat: now };
    return { active: true, token_type: 'Bearer', ...said, exp: now + 900, ...changes };
  };
  const outcome = async (token: string) => {
    try {
      return (introspection.recall(token) ?? (await introspection.claimsOf(token))).sub;
    } catch (error) {
      if (error instanceof InvalidToken) return error.reason;
      return error instanceof TemporarilyUnavailable ? 'unavailable' : error;
    }
  };

  it('is done with the credentials of the resource server, form-encoded (RFC 6749 §2.3.1)', async () => {
    answer(statement());
    expect(await outcome('t')).toBe('u');
    const authorization = `Basic ${Buffer.from('a%3Ab:s+e').toString('base64')}`;
    const headers = { accept: 'application/json', authorization };
    expect(post).toHaveBeenCalledWith(ENDPOINT, { token: 't', token_type_hint: 'access_token' }, headers);
  });

  it('is done once for those who want to know at the same time, and not again for ten seconds', async () => {
    answer(statement());
    expect(await Promise.all([outcome('t'), outcome('t'), outcome('t')])).toEqual(['u', 'u', 'u']);
    clock.advance(9);
    expect(await outcome('t')).toBe('u');
    expect(post).toHaveBeenCalledTimes(1);
    clock.advance(1);
    answer({ active: false });
    expect(await outcome('t')).toBe('malformed');
    expect(await outcome('t')).toBe('malformed');
    expect(post).toHaveBeenCalledTimes(2);
  });

  it('ends with the token, however young the answer is', async () => {
    answer(statement({ exp: clock.now() / 1_000 + 2 }));
    expect(await outcome('t')).toBe('u');
    clock.advance(7);
    expect(await outcome('t')).toBe('expired');
    expect(post).toHaveBeenCalledTimes(1);
  });

  it.each([
    ['is not active', { active: false }],
    ['is of another issuer', { iss: 'https://other.example' }],
    ['is for another resource server', { aud: 'https://other.example' }],
    ['is for nobody in particular', { aud: undefined }],
    ['has expired', { exp: 1 }],
    ['has no end', { exp: undefined }],
    ['is from the future', { iat: 4_000_000_000 }],
    ['is of nobody', { sub: '' }],
  ])('says no where the token %s', async (_what, changes) => {
    answer(statement(changes));
    expect(await outcome('t')).toMatch(/^(?:malformed|expired)$/);
  });

  it.each([
    ['nothing', null],
    ['no JSON', { status: 200, headers: {}, body: Buffer.from('<html>') }],
    ['no object', { status: 200, headers: {}, body: Buffer.from('true') }],
    ['an active that is no boolean', { status: 200, headers: {}, body: Buffer.from('{"active":"true"}') }],
  ])('lets nobody in on %s', async (_what, said) => {
    post.mockResolvedValue(said);
    expect(await outcome('t')).toBe('unavailable');
    answer(statement());
    expect(await outcome('t')).toBe('u');
  });

  it('lets nobody in where the issuer has no such endpoint', async () => {
    endpoint = null;
    expect(await outcome('t')).toBe('unavailable');
  });

  it('is not done for texts that are too long', async () => {
    expect(await outcome('t'.repeat(8_193))).toBe('malformed');
    expect(post).not.toHaveBeenCalled();
  });
});
