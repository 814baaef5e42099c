import fc from 'fast-check';
import { isClientIdUrl, isGoodClientIdUrl } from './client-id-url';

describe('a client id that is an address', () => {
  it.each([
    'https://client.example/metadata.json',
    'https://client.example/',
    'https://client.example:8443/a/b',
    'https://xn--bcher-kva.example/x',
    'https://a.b.c.example/oauth/client-metadata',
    'https://client.example/%7Eme/c',
  ])('can be %s (draft §3)', (id) => {
    expect([isClientIdUrl(id), isGoodClientIdUrl(id, false)]).toEqual([true, true]);
  });

  it.each([
    ['no path', 'https://client.example'],
    ['a fragment', 'https://client.example/c#x'],
    ['an empty fragment', 'https://client.example/c#'],
    ['a user name', 'https://me@client.example/c'],
    ['a password', 'https://me:x@client.example/c'],
    ['an empty user name', 'https://@client.example/c'],
    ['a dot segment', 'https://client.example/a/../c'],
    ['a single dot', 'https://client.example/./c'],
    ['a dot at the end', 'https://client.example/c/..'],
    ['an escaped dot segment', 'https://client.example/a/%2e%2e/c'],
    ['a half escaped dot segment', 'https://client.example/a/.%2E/c'],
    ['a query', 'https://client.example/c?x=1'],
    ['an empty query', 'https://client.example/c?'],
    ['the default port', 'https://client.example:443/c'],
    ['plain http', 'http://client.example/c'],
    ['capitals in the host', 'https://Client.example/c'],
    ['capitals in the scheme', 'HTTPS://client.example/c'],
    ['an IPv4 address', 'https://93.184.215.14/c'],
    ['a number for an address', 'https://1572395042/c'],
    ['an IPv6 address', 'https://[2001:4860:4860::8888]/c'],
    ['loopback', 'https://127.0.0.1/c'],
    ['localhost', 'https://localhost/c'],
    ['a name of localhost', 'https://app.localhost/c'],
    ['one label', 'https://intranet/c'],
    ['a dot behind the host', 'https://client.example./c'],
    ['a letter beyond ASCII', 'https://clïent.example/c'],
    ['a backslash', 'https://client.example\\c'],
    ['a space', 'https://client.example/c '],
    ['a line break', 'https://client.example/\nc'],
    ['nothing behind the scheme', 'https://'],
    ['too much', `https://client.example/${'c'.repeat(500)}`],
  ])('DCR-11: cannot have %s: %.60s', (_what, id) => {
    expect(isGoodClientIdUrl(id, false)).toBe(false);
  });

  it.each(['http://localhost:3001/client.json', 'http://127.0.0.1:3001/c', 'https://app.localhost/c'])(
    'can be on this machine where that is allowed: %s',
    (id) => expect([isGoodClientIdUrl(id, true), isGoodClientIdUrl(id, false)]).toEqual([true, false]),
  );

  it.each([
    'http://client.example/c',
    'http://10.0.0.1/c',
    'http://localhost.example/c',
    'http://localhost',
    'http://[::1]/c',
  ])('cannot be elsewhere without https, whatever is allowed: %s', (id) =>
    expect(isGoodClientIdUrl(id, true)).toBe(false),
  );

  it('is told from the ids of registered clients, in whatever spelling', () => {
    expect(['HTTPS://x', 'http://x', 'https://'].map(isClientIdUrl)).toEqual([true, true, true]);
    expect(['client', 'https', 'https:/x', 'urn:x', ''].map(isClientIdUrl)).toEqual([
      false,
      false,
      false,
      false,
      false,
    ]);
  });

  it('has one spelling only: what the URL parser would change is none', () => {
    fc.assert(
      fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), (text) => {
        if (isGoodClientIdUrl(text, false)) expect(new URL(text).href).toBe(text);
      }),
    );
  });
});
