import { InvalidResourceServer, resourceServerTerms } from './resource-server-options';

const good = { issuer: 'https://id.example', audience: 'https://api.example/orders' };

describe('the options of a resource server', () => {
  it('are two, and the rest follows', () => {
    expect(resourceServerTerms(good)).toEqual({
      ...good,
      address: 'https://api.example/orders',
      clockTolerance: 5,
      staleKeysFor: 3_600,
    });
  });

  it.each(['http://localhost:3000', 'http://127.0.0.1:3000', 'http://[::1]:3000', 'https://id.example/tenant'])(
    'take %s for an issuer',
    (issuer) => {
      expect(resourceServerTerms({ ...good, issuer }).issuer).toBe(issuer);
    },
  );

  it.each([
    ['an issuer by plain http', { issuer: 'http://id.example' }, /issuer must be an https address/],
    ['an issuer that is no address', { issuer: 'gatehouse' }, /issuer must be/],
    ['an issuer with a slash at its end', { issuer: 'https://id.example/' }, /slash at the end/],
    ['an issuer with a query', { issuer: 'https://id.example?a=b' }, /a query/],
    ['an audience that is no identifier', { audience: 'orders' }, /audience is no resource identifier/],
    ['an audience that is no address, without an address', { audience: 'urn:example:orders' }, /address must be/],
    ['a tolerance of hours', { clockTolerance: 7_200 }, /clockTolerance must be from 0 to 60/],
    ['keys that outlive everything', { staleKeysFor: Number.POSITIVE_INFINITY }, /staleKeysFor/],
    [
      'answers that are kept for long',
      { introspection: { clientId: 'a', clientSecret: 'b', cacheFor: 61 } },
      /cacheFor/,
    ],
    [
      'a client without a secret',
      { introspection: { clientId: 'a', clientSecret: '' } },
      /needs the id and the secret/,
    ],
    ['a short key', { dpop: { nonceKey: Buffer.alloc(31) } }, /at least 32 bytes/],
  ])('refuse %s, in a sentence for whoever wrote it', (_what, options, message) => {
    const make = () => resourceServerTerms({ ...good, ...options });
    expect(make).toThrow(InvalidResourceServer);
    expect(make).toThrow(message);
  });
});
