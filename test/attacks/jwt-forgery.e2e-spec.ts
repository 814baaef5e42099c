import { createPublicKey, generateKeyPairSync, type JsonWebKey, X509Certificate } from 'node:crypto';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { Reader } from '../../src/database/reader';
import { UnitOfWork } from '../../src/database/unit-of-work';
import { KeyRing } from '../../src/keys/key-ring';
import { createTestApp, type TestApp } from '../support/create-test-app';
import { encode, es256, fixed, forge, hs, rs256, type Signer, takeApart, type TakenApart } from '../support/forged-jwt';
import { selfSigned } from '../support/self-signed';
import { complaints, notInvalidToken } from '../support/verdicts';

type Jwk = JsonWebKey & { readonly kid: string };

describe('tokens that somebody else made', () => {
  let app: TestApp;
  let token: string;
  let good: TakenApart;
  let jwks: { readonly text: string; readonly keys: readonly Jwk[] };
  let published: Jwk;

  beforeAll(async () => {
    app = await createTestApp();
    await app.register('alice');
    token = (await app.login('alice')).body.access_token;
    good = takeApart(token);
    const answer = await app.get('/jwks.json');
    jwks = { text: answer.text, keys: answer.body.keys };
    published = jwks.keys.find(({ kid }) => kid === good.header.kid)!;
  });

  afterAll(() => app.close());

  /** What is wrong with the answer to a token at a guarded route. */
  async function verdict(forged: string): Promise<string | null> {
    return notInvalidToken(await app.withToken(forged).get('/protected'));
  }

  it('lets the token in from which the others are forged', async () => {
    for (const path of ['/protected', '/auth/me', '/notes']) {
      expect((await app.withToken(token).get(path)).status).toBe(200);
    }
  });

  describe('JWT-01', () => {
    const ALGORITHMS: readonly unknown[] = [
      ...['none', 'None', 'NONE', 'nOnE', 'none ', ' none', 'none\0', '', 'null', 'undefined'],
      ...[null, undefined, 0, false, true, {}, [], ['none'], ['ES256'], ['ES256', 'none'], { toString: 'ES256' }],
    ];

    it('JWT-01: refuses alg none in every spelling and type, with every kind of signature', async () => {
      const cases = ALGORITHMS.flatMap((alg) => {
        const [header, payload, signature] = [encode({ ...good.header, alg }), ...good.segments.slice(1)];
        return [
          [`${JSON.stringify(alg)} with an empty signature`, `${header}.${payload}.`],
          [`${JSON.stringify(alg)} without the last dot`, `${header}.${payload}`],
          [`${JSON.stringify(alg)} with the signature kept`, `${header}.${payload}.${signature}`],
          [`${JSON.stringify(alg)} with a signature of another kind`, `${header}.${payload}.AA`],
        ] as const;
      });
      expect(cases).toHaveLength(84);
      expect(await complaints(cases, verdict)).toEqual([]);
    });

    it('JWT-01: refuses it at every guarded route and by every way in', async () => {
      const unsigned = `${encode({ ...good.header, alg: 'none' })}.${good.segments[1]}.`;
      const client = app.withToken(unsigned);
      const calls = [
        ['GET', '/protected'],
        ['GET', '/auth/me'],
        ['PATCH', '/auth/me', { displayName: 'x' }],
        ['POST', '/auth/password', { currentPassword: 'x', newPassword: 'y' }],
        ['POST', '/auth/logout'],
        ['POST', '/auth/logout-all'],
        ['GET', '/notes'],
        ['GET', '/notes/everyone'],
        ['DELETE', '/notes/x'],
      ] as const;
      const verdictOfCall = async ([method, path, body]: (typeof calls)[number]) =>
        notInvalidToken(await client.request(method, path, body));
      expect(
        await complaints(
          calls.map((call) => [`${call[0]} ${call[1]}`, call] as const),
          verdictOfCall,
        ),
      ).toEqual([]);
      const asRefreshToken = await app.post('/auth/refresh', { refresh_token: unsigned });
      expect([400, 401]).toContain(asRefreshToken.status);
    });
  });

  describe('JWT-02', () => {
    /** The published key in every form in which a library might take it for an HMAC secret. */
    function secrets(): [name: string, secret: Buffer | string][] {
      const key = createPublicKey({ key: published, format: 'jwk' });
      const pem = key.export({ type: 'spki', format: 'pem' }).toString();
      const der = key.export({ type: 'spki', format: 'der' });
      const { kty, crv, x = '', y = '', kid } = published;
      const [xBytes, yBytes] = [Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')];
      const lines = pem.trim().split('\n');
      return [
        ['PEM', pem],
        ['PEM without its last newline', pem.trimEnd()],
        ['PEM after a newline', `\n${pem}`],
        ['PEM after a space', ` ${pem}`],
        ['PEM with CRLF', pem.replaceAll('\n', '\r\n')],
        ['PEM in one line', lines.join('')],
        ['PEM without its frame', lines.slice(1, -1).join('')],
        ['PEM called EC PUBLIC KEY', pem.replaceAll(' PUBLIC', ' EC PUBLIC')],
        ['DER', der],
        ['DER in base64url', der.toString('base64url')],
        ['point', Buffer.concat([Buffer.of(4), xBytes, yBytes])],
        ['compressed point', Buffer.concat([Buffer.of(2 + (yBytes.at(-1)! & 1)), xBytes])],
        ['x and y', Buffer.concat([xBytes, yBytes])],
        ['x', xBytes],
        ['x in base64url', x],
        ['JWK as published', JSON.stringify(published)],
        ['JWK of the thumbprint', JSON.stringify({ crv, kty, x, y })],
        ['JWK in the order of RFC 7517', JSON.stringify({ kty, crv, x, y, kid })],
        ['JWK, indented', JSON.stringify(published, null, 2)],
        ['key set', jwks.text],
        ['kid', kid],
        ['nothing', ''],
      ];
    }

    it('JWT-02: refuses HMAC with the published key as secret, in every encoding', async () => {
      const others = jwks.keys.filter(({ kid }) => kid !== published.kid);
      const kids = [{ kid: published.kid }, {}, { kid: 'another' }, ...others.map(({ kid }) => ({ kid }))];
      const cases = secrets().flatMap(([name, secret]) =>
        ([256, 384, 512] as const).flatMap((bits) =>
          kids.map(
            (kid, index) =>
              [
                `${name}, HS${bits}, kid ${index}`,
                forge({
                  header: { typ: 'at+jwt', alg: `HS${bits}`, ...kid },
                  payload: good.payload,
                  signer: hs(bits, secret),
                }),
              ] as const,
          ),
        ),
      );
      expect(cases.length).toBeGreaterThanOrEqual(200);
      expect(await complaints(cases, verdict)).toEqual([]);
    });

    it('JWT-02: refuses an HMAC under the name of the right algorithm', async () => {
      const cases = secrets().map(([name, secret]) => [name, forge({ ...good, signer: hs(512, secret) })] as const);
      expect(await complaints(cases, verdict)).toEqual([]);
    });

    it('JWT-02: refuses every algorithm but its own, rightly signed', async () => {
      const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
      const own = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
      const named = (alg: string, signer: Signer) =>
        [alg, forge({ header: { ...good.header, alg }, payload: good.payload, signer })] as const;
      const cases = [
        ...['RS256', 'PS256', 'RS1', 'RSA1_5'].map((alg) => named(alg, rs256(rsa))),
        ...['ES256', 'es256', 'ES256K', 'ES384', 'ES512', 'EdDSA', 'ES256 ', 'dir'].map((alg) =>
          named(alg, es256(own)),
        ),
      ];
      expect(await complaints(cases, verdict)).toEqual([]);
    });
  });

  describe('JWT-03', () => {
    let listener: Server;
    let visits = 0;
    let address: string;

    beforeAll(async () => {
      listener = createServer((socket) => {
        visits++;
        socket.destroy();
      });
      await new Promise<void>((listening) => listener.listen(0, '127.0.0.1', listening));
      address = `http://127.0.0.1:${(listener.address() as AddressInfo).port}`;
    });

    afterAll(() => new Promise((closed) => listener.close(closed)));

    it('JWT-03: follows no key that a token brings along, and calls nobody', async () => {
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const jwk = { ...publicKey.export({ format: 'jwk' }), use: 'sig', alg: 'ES256', kid: good.header.kid };
      const certificate = selfSigned(privateKey, 'gatehouse');
      expect(new X509Certificate(certificate).verify(publicKey)).toBe(true);
      const members: Record<string, unknown> = {
        jwk,
        jku: `${address}/jwks.json`,
        x5u: `${address}/chain.pem`,
        x5c: [certificate.toString('base64')],
        'x5t#S256': encode(certificate),
        jwks: { keys: [jwk] },
        iss: address,
        url: address,
        key: jwk,
      };
      const combinations = [
        ...Object.entries(members).map(([name, value]) => ({ [name]: value })),
        { jwk, jku: members.jku },
        { jku: members.jku, x5u: members.x5u, x5c: members.x5c },
        members,
      ];
      const kids = [{ kid: good.header.kid }, { kid: undefined }, { kid: `${address}/key` }, { kid: address }];
      const cases = combinations.flatMap((extra) =>
        kids.map(
          (kid, index) =>
            [
              `${Object.keys(extra).join()} with kid ${index}`,
              forge({ header: { ...good.header, ...kid, ...extra }, payload: good.payload, signer: es256(privateKey) }),
            ] as const,
        ),
      );
      expect(await complaints(cases, verdict)).toEqual([]);
      expect(visits).toBe(0);
    });

    it('JWT-03: refuses a token of its own that names a key or an extension, though the signature is good', async () => {
      const { privateKey } = app.resolve(KeyRing).signingKey;
      const members: Record<string, unknown> = {
        jwk: published,
        jku: `${address}/jwks.json`,
        x5u: `${address}/chain.pem`,
        x5c: ['AA=='],
        crit: ['exp'],
        b64: false,
        zip: 'DEF',
      };
      const cases = Object.entries(members).map(
        ([name, value]) =>
          [
            name,
            forge({ header: { ...good.header, [name]: value }, payload: good.payload, signer: es256(privateKey) }),
          ] as const,
      );
      expect(await complaints(cases, verdict)).toEqual([]);
      expect(visits).toBe(0);
    });
  });

  it('JWT-04: looks a kid up nowhere but among its own keys: no file, no statement, no fault', async () => {
    const kids: readonly unknown[] = [
      ...['../../../../dev/null', '/dev/null', 'file:///dev/null', '../../package.json', '/jwks.json', '.', ''],
      ...[`' UNION SELECT 'k'--`, `' OR 1=1--`, `"; DROP TABLE signing_keys;--`, '|id', '$(id)', '`id`', '%s%s%n'],
      ...['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty', 'keys', 'active', '0'],
      ...['\0', `${String(good.header.kid)}\0`, `${String(good.header.kid)} `, String(good.header.kid).toUpperCase()],
      ...[0, 1, -1, true, null, [], [good.header.kid], {}, { kid: good.header.kid }, 'k'.repeat(5_000)],
    ];
    const own = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const cases = kids.flatMap((kid) => {
      const header = { ...good.header, kid };
      return [
        [`${JSON.stringify(kid).slice(0, 60)} unsigned`, { header, payload: good.payload, signer: fixed('') }],
        [
          `${JSON.stringify(kid).slice(0, 60)} with an empty HMAC key`,
          { header: { ...header, alg: 'HS256' }, payload: good.payload, signer: hs(256, '') },
        ],
        [`${JSON.stringify(kid).slice(0, 60)} with another key`, { header, payload: good.payload, signer: es256(own) }],
      ] as const;
    });
    const files = process.getBuiltinModule('node:fs');
    const opened = (['readFileSync', 'openSync', 'readFile', 'open', 'createReadStream'] as const).map((name) =>
      jest.spyOn(files, name),
    );
    const read = jest.spyOn(app.resolve(Reader), 'query');
    const written = jest.spyOn(app.resolve(UnitOfWork), 'run');
    try {
      expect(await complaints(cases, (one) => verdict(forge(one)))).toEqual([]);
      expect(opened.flatMap((spy) => spy.mock.calls)).toEqual([]);
      expect(written).not.toHaveBeenCalled();
      // The node follows keys and revocations in the background, with statements that never change.
      const statements = new Set(read.mock.calls.map(([sql]) => sql));
      expect(
        [...statements].filter(
          (sql) =>
            !/FROM (revocations WHERE seq|changes WHERE seq|signing_keys ORDER|logout_notices WHERE due_at)/.test(sql),
        ),
      ).toEqual([]);
    } finally {
      jest.restoreAllMocks();
    }
  });

  it('JWT-04: refuses a kid of 100 kB before anything reads it', async () => {
    const header = encode({ ...good.header, kid: 'k'.repeat(100_000) });
    const answer = await app.withToken(`${header}.${good.segments[1]}.${good.segments[2]}`).get('/protected');
    expect(answer.status).toBe(431);
  });

  it('JWT-16, JWT-17, JWT-18: opens no encrypted token, whatever its algorithm and however it unfolds', async () => {
    const bomb = { alg: 'PBES2-HS512+A256KW', enc: 'A256CBC-HS512', p2c: 2 ** 31 - 1, p2s: encode('s'.repeat(500)) };
    const headers: readonly Record<string, unknown>[] = [
      bomb,
      { ...bomb, cty: 'JWT', zip: 'DEF' },
      { alg: 'dir', enc: 'A128GCM', zip: 'DEF' },
      { alg: 'RSA1_5', enc: 'A128CBC-HS256' },
      { alg: 'RSA-OAEP-256', enc: 'A256GCM' },
      { alg: 'ECDH-ES', enc: 'A256GCM', epk: published },
    ];
    const cases = headers.flatMap((extra) => {
      const header = { typ: 'at+jwt', kid: good.header.kid, ...extra };
      const five = [encode(header), encode('key'), encode('iv'), encode('x'.repeat(2_000)), encode('tag')];
      return [
        [`${String(extra.alg)} in five parts`, five.join('.')],
        [`${String(extra.alg)} in three parts`, [five[0], good.segments[1], good.segments[2]].join('.')],
      ] as const;
    });
    expect(await complaints(cases, verdict)).toEqual([]);
  });
});
