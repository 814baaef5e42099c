import { matchesRedirectUri, redirectTarget, redirectUriFault } from './redirect-uri';

describe('a redirect URI to be registered', () => {
  it.each([
    'https://rp.test/cb',
    'https://rp.test',
    'https://rp.test:8443/cb?tenant=1',
    'http://127.0.0.1/cb',
    'http://127.0.0.1:8080/cb',
    'http://[::1]:8080/cb',
    'http://localhost:3000/cb',
    'http://localhost',
    'com.example.app:/oauth',
    'com.example.app://callback',
  ])('may be %s', (uri) => {
    expect(redirectUriFault(uri)).toBeNull();
  });

  it.each([
    ['RDR-08: a script', 'javascript:alert(1)//'],
    ['RDR-08: a script in capitals', 'JaVaScRiPt:alert(1)'],
    ['RDR-08: a script behind a space', ' javascript:alert(1)'],
    ['RDR-08: a script with a tab', 'java\tscript:alert(1)'],
    ['RDR-08: a script with NUL', '\0javascript:alert(1)'],
    ['RDR-08: data', 'data:text/html,x'],
    ['RDR-08: VBScript', 'vbscript:x'],
    ['RDR-08: a blob', 'blob:https://rp.test/1'],
    ['RDR-08: a file', 'file:///etc/passwd'],
    ['RDR-08: nothing', 'about:blank'],
    ['RDR-09: a fragment', 'https://rp.test/cb#x'],
    ['RDR-09: an empty fragment', 'https://rp.test/cb#'],
    ['a private scheme that belongs to nobody', 'myapp://callback'],
    ['plain http elsewhere', 'http://rp.test/cb'],
    ['plain http at a name that begins like a loopback address', 'http://127.0.0.1.evil.test/cb'],
    ['plain http at a name that begins like localhost', 'http://localhost.evil.test/cb'],
    ['a user name', 'https://user@rp.test/cb'],
    ['a user name like a host', 'https://rp.test@evil.test/cb'],
    ['a wildcard', 'https://*.rp.test/cb'],
    ['a backslash', 'https://rp.test\\@evil.test/cb'],
    ['a dot segment', 'https://rp.test/cb/../open'],
    ['an escaped dot segment', 'https://rp.test/cb/%2e%2e/open'],
    ['an escaped slash', 'https://rp.test/cb%2f..%2fevil'],
    ['an escaped backslash', 'https://rp.test/cb/..%5copen'],
    ['a line break', 'https://rp.test/cb\r\nSet-Cookie: a=b'],
    ['a letter that is no ASCII', 'https://rp.test/cb/é'],
    ['a relative reference', '/cb'],
    ['a scheme in capitals', 'HTTPS://rp.test/cb'],
    ['no host', 'https:///cb'],
    ['no slashes', 'https:rp.test/cb'],
    ['a host that is none', 'https://rp test/cb'],
    ['two thousand characters and more', `https://rp.test/${'x'.repeat(2_040)}`],
    ['nothing at all', ''],
  ])('is not %s', (_what, uri) => {
    expect(redirectUriFault(uri)).toMatch(/^A redirect URI .+\.$/);
  });
});

describe('a redirect URI that is asked for', () => {
  const registered = 'https://rp.test/cb';

  it('RDR-01 RDR-04 is the registered one to the letter', () => {
    expect(matchesRedirectUri(registered, registered)).toBe(true);
    for (const other of [
      ...['/cb/', '/cb?x=1', '/cb/../evil', '/cb%2f..%2fevil', '/CB', '/cb.evil', '/cb;x=y', '/cb/..;/open', '/cb#'],
      ...['', '/', '/c', '/cb%00', '/cb ', '/cb/%2e%2e/open', '/cb/..%5copen'],
    ].map((path) => `https://rp.test${path}`)) {
      expect([other, matchesRedirectUri(registered, other)]).toEqual([other, false]);
    }
    for (const other of [
      ...['https://RP.TEST/cb', 'https://rp.test:443/cb', 'https://rp.test.evil.test/cb', 'http://rp.test/cb'],
      ...['https://evil.test/?https://rp.test/cb', 'https://rp.test@evil.test/cb', ' https://rp.test/cb'],
    ]) {
      expect([other, matchesRedirectUri(registered, other)]).toEqual([other, false]);
    }
  });

  it.each(['http://127.0.0.1/cb', 'http://[::1]/cb', 'http://localhost:8080/cb', 'http://127.0.0.1:4711/cb'])(
    'of a native app that registered %s has any port (RFC 8252 §7.3)',
    (loopback) => {
      const [, host] = /^http:\/\/(.+?)(?::\d+)?\/cb$/.exec(loopback)!;
      for (const port of ['', ':1', ':51004', ':65535']) {
        expect([port, matchesRedirectUri(loopback, `http://${host}${port}/cb`)]).toEqual([port, true]);
      }
      for (const other of [
        ...[':0', ':65536', ':', ':x', ':80:80', '.evil.test', '@evil.test', ':51004@evil.test'].map(
          (end) => `${host}${end}/cb`,
        ),
        ...['/cb/', '/cb?x=1', '/other', '', '/cb#'].map((path) => `${host}:51004${path}`),
        '127.0.0.2:51004/cb',
        'rp.test:51004/cb',
      ]) {
        expect([other, matchesRedirectUri(loopback, `http://${other}`)]).toEqual([other, false]);
      }
      expect(matchesRedirectUri(loopback, `https://${host}/cb`)).toBe(false);
    },
  );

  it('of one loopback address is not that of another: something else may listen there', () => {
    expect(matchesRedirectUri('http://127.0.0.1/cb', 'http://localhost/cb')).toBe(false);
    expect(matchesRedirectUri('http://127.0.0.1/cb', 'http://[::1]/cb')).toBe(false);
  });
});

it.each([
  ['https://rp.test:8443/cb?x=1', 'rp.test:8443'],
  ['http://127.0.0.1:4711/cb', '127.0.0.1:4711'],
  ['com.example.app:/oauth', 'com.example.app'],
  ['com.example.app://callback/x', 'com.example.app'],
])('%s leads to %s', (uri, target) => {
  expect(redirectTarget(uri)).toBe(target);
});
