import { generateKeyPairSync } from 'node:crypto';
import { issuerFault, readTrustedIssuer, subjectFault, trustedIssuerFields } from './trusted-issuer-fields';

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jwks = { keys: [publicKey.export({ format: 'jwk' })] };
const jwks_uri = 'https://directory.example.com/keys';

const reasons = (input: Readonly<Record<string, unknown>>) => {
  const read = readTrustedIssuer(input);
  return read.ok ? [] : read.problems.map(({ reason }) => reason);
};

describe('what a trusted issuer is told to be', () => {
  it('is nothing but a name and its keys where nobody says more', () => {
    expect(readTrustedIssuer({ jwks_uri })).toEqual({
      ok: true,
      properties: {
        ...{ name: '', keys: { jwks_uri }, algorithms: ['ES256'], clients: [], scopes: [], assertionLifetime: 300 },
        softwareStatements: false,
      },
    });
  });

  it('is written as it is read', () => {
    const given = {
      name: 'Directory',
      jwks_uri,
      clients: ['a', 'b'],
      scope: 'x y',
      assertion_lifetime: 60,
      software_statements: true,
    };
    const read = readTrustedIssuer({ ...given, algorithms: ['PS256'] });
    expect(read.ok && trustedIssuerFields(read.properties)).toEqual({ ...given, jwks: null, algorithms: ['PS256'] });
  });

  it('says where in a field a fault is', () => {
    const read = readTrustedIssuer({ jwks_uri, clients: ['portal', 7] });
    expect(read).toMatchObject({ ok: false, problems: [{ field: 'clients', path: [1] }] });
  });

  it('is read as it is written, whether it has a name or none', () => {
    const read = readTrustedIssuer({ jwks_uri });
    expect(read.ok && readTrustedIssuer(trustedIssuerFields(read.properties))).toEqual(read);
  });

  it.each<readonly [string, Readonly<Record<string, unknown>>]>([
    ['jwks or jwks_uri is needed, and not both.', {}],
    ['jwks or jwks_uri is needed, and not both.', { jwks, jwks_uri }],
    ['jwks must hold public keys only', { jwks: { keys: [privateKey.export({ format: 'jwk' })] } }],
    ['jwks must hold keys of type EC', { jwks: { keys: [{ kty: 'oct', use: 'sig' }] } }],
    ['jwks_uri must be an https:// URL', { jwks_uri: 'http://directory.example.com/keys' }],
    ['algorithms must be one of', { jwks, algorithms: ['HS256'] }],
    ['algorithms must be one of', { jwks, algorithms: ['none'] }],
    ['algorithms must name an algorithm', { jwks, algorithms: [] }],
    ['clients must be a list', { jwks, clients: '*' }],
    ['scope must be scopes', { jwks, scope: ['x'] }],
    ['assertion_lifetime must be whole seconds from 1 to 3600', { jwks, assertion_lifetime: 3_601 }],
    ['software_statements must be true or false', { jwks, software_statements: 'yes' }],
    ['This field is not known here.', { jwks, subject_mapping: 'email' }],
  ])('is refused: %s', (reason, input) => {
    expect(reasons(input)).toEqual([expect.stringContaining(reason)]);
  });

  it.each<readonly [string | null, string]>([
    [null, 'https://directory.example.com'],
    [null, 'urn:example:directory'],
    ['issuer must be 1 to 1024 printable characters without spaces.', ''],
    ['issuer must be 1 to 1024 printable characters without spaces.', 'the directory'],
    ['issuer must be 1 to 1024 printable characters without spaces.', 'x'.repeat(1_025)],
    ['issuer must not be . or .., which no address can name.', '..'],
    ['issuer must be somebody else than this server.', 'https://id.example.com'],
  ])('has this wrong with its name: %s', (fault, issuer) => {
    expect(issuerFault(issuer, 'https://id.example.com')).toBe(fault);
  });

  it.each<readonly [boolean, unknown]>([
    ...['a-17', 'A 17', 'ä/17', '...', '😀'.repeat(255)].map((subject) => [true, subject] as const),
    ...['', '.', '..', 'a\u0000', 'a\n', '\ud800', 'x'.repeat(256), 17, null, ['a-17']].map(
      (subject) => [false, subject] as const,
    ),
  ])('can have a subject of this name: %s, %j', (possible, subject) => {
    expect(subjectFault(subject) === null).toBe(possible);
  });
});
