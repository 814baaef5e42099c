import { createHash, generateKeyPairSync, type KeyObject, type JsonWebKey, randomBytes } from 'node:crypto';
import {
  type ArmedClient,
  anArmedClient,
  anAssertion,
  assertionClaims,
  ecKeyPair,
  sendForm,
  withAssertion,
} from '../support/client-credentials';
import { createTestApp, type TestApp } from '../support/create-test-app';
import { encode, es256, fixed, forge, hs, rs256, takeApart } from '../support/forged-jwt';
import { selfSigned } from '../support/self-signed';
import { StrangersWeb } from '../support/strangers-web';
import { aClient } from '../support/test-clients';
import { complaints, faultOf } from '../support/verdicts';
import { SOON } from '../support/within';

describe('forged assertions', () => {
  let app: TestApp;
  let web: StrangersWeb;
  let client: ArmedClient;
  let jwk: JsonWebKey;
  let rsa: { readonly publicKey: KeyObject; readonly privateKey: KeyObject };
  let rsaClient: { readonly id: string };

  beforeAll(async () => {
    web = await StrangersWeb.open();
    app = await createTestApp({ network: web });
    const pair = ecKeyPair('the-key');
    client = { ...(await anArmedClient(app, 'private_key_jwt', { jwks: { keys: [pair.jwk] } })), key: pair.privateKey };
    jwk = pair.jwk;
    rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const keys = [{ ...rsa.publicKey.export({ format: 'jwk' }), kid: 'the-key' }];
    rsaClient = await aClient(app, { token_endpoint_auth_method: 'private_key_jwt', jwks: { keys } });
  });

  afterAll(async () => {
    await app.close();
    await web.close();
  });

  beforeEach(() => app.clock.advance(301));

  const send = (assertion: string) =>
    sendForm(app, '/oauth/token', { grant_type: 'urn:example:nothing' }, withAssertion(assertion));

  /** Null where a text was refused as it should be. */
  async function notRefused(assertion: string): Promise<string | null> {
    // Of one address, a hundred failures are answered in five minutes.
    app.clock.advance(4);
    const answer = await send(assertion);
    const isRefused = answer.status === 401 && answer.body.error === 'invalid_client';
    return faultOf(answer) ?? (isRefused ? null : `${answer.status} ${answer.text}`);
  }

  const header = (changes: object = {}) => ({ alg: 'ES256', kid: 'the-key', ...changes });
  /** Good for as long as a test takes: what is refused here is refused for its form or its signature. */
  const claims = (id = client.id) => ({ ...assertionClaims(app, id), exp: Math.floor(app.clock.now() / 1_000) + 600 });

  it('are made here as good ones are', async () => {
    const good = forge({ header: header(), payload: assertionClaims(app, client.id), signer: es256(client.key) });
    expect((await send(good)).body.error).toBe('unsupported_grant_type');
    const payload = assertionClaims(app, rsaClient.id);
    const other = forge({ header: header({ alg: 'RS256' }), payload, signer: rs256(rsa.privateKey) });
    expect((await send(other)).body.error).toBe('unsupported_grant_type');
  });

  it('JWT-01: are refused without a signature, however none is spelt', async () => {
    const algorithms = ['none', 'None', 'NONE', 'nOnE', '', null, undefined, ['none'], ['ES256']];
    const signed = takeApart(await anAssertion(app, client)).signature;
    const cases = algorithms.flatMap((alg) =>
      [Buffer.alloc(0), signed, Buffer.alloc(64)].map((signature) => {
        const token = forge({ header: header({ alg }), payload: claims(), signer: fixed(signature) });
        return [`${String(alg)} with ${signature.length} bytes`, token] as const;
      }),
    );
    const [withDot] = cases;
    expect(await complaints([...cases, ['without the dot', withDot![1].replace(/\.$/, '')]], notRefused)).toEqual([]);
  });

  it('JWT-02: are refused with a public key as the secret of an HMAC, in every spelling', async () => {
    const pem = rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const n = rsa.publicKey.export({ format: 'jwk' }).n ?? '';
    const point = Buffer.concat([Buffer.from(jwk.x ?? '', 'base64url'), Buffer.from(jwk.y ?? '', 'base64url')]);
    const secrets: (readonly [string, Buffer | string, string])[] = [
      ['PEM', pem, rsaClient.id],
      ['PEM without its end', pem.trimEnd(), rsaClient.id],
      ['PEM with CRLF', pem.replaceAll('\n', '\r\n'), rsaClient.id],
      ['PEM after a newline', `\n${pem}`, rsaClient.id],
      ['PKCS#1', rsa.publicKey.export({ type: 'pkcs1', format: 'pem' }), rsaClient.id],
      ['DER', rsa.publicKey.export({ type: 'spki', format: 'der' }), rsaClient.id],
      ['JWK', JSON.stringify({ ...rsa.publicKey.export({ format: 'jwk' }), kid: 'the-key' }), rsaClient.id],
      ['n', n, rsaClient.id],
      ['n in bytes', Buffer.from(n, 'base64url'), rsaClient.id],
      ['JWK of a curve', JSON.stringify(jwk), client.id],
      ['x and y', point, client.id],
      ['x', jwk.x ?? '', client.id],
    ];
    const cases = secrets.flatMap(([name, secret, id]) =>
      ([256, 384, 512] as const).flatMap((bits) =>
        ['the-key', undefined, 'another'].map((kid) => {
          const signed = { header: header({ alg: `HS${bits}`, kid }), payload: claims(id), signer: hs(bits, secret) };
          return [`HS${bits} with ${name}, kid ${kid}`, forge(signed)] as const;
        }),
      ),
    );
    expect(cases.length).toBeGreaterThan(60);
    expect(await complaints(cases, notRefused)).toEqual([]);
  });

  it('JWT-03: are refused with a key that they bring or name themselves, and nobody is asked for it', async () => {
    const own = ecKeyPair('the-key');
    web.json('https://evil.example/keys', { keys: [own.jwk] });
    const certificate = selfSigned(own.privateKey, 'evil.example').toString('base64');
    const headers = [
      { jwk: own.jwk },
      { jku: 'https://evil.example/keys' },
      { x5u: 'https://evil.example/keys' },
      { x5c: [certificate] },
      { x5t: createHash('sha1').update(certificate).digest('base64url') },
    ];
    const cases = headers.flatMap((brought) =>
      ['the-key', undefined, 'evil'].map((kid) => {
        const signed = { header: header({ ...brought, kid }), payload: claims(), signer: es256(own.privateKey) };
        return [`${Object.keys(brought)[0]}, kid ${kid}`, forge(signed)] as const;
      }),
    );
    expect(await complaints(cases, notRefused)).toEqual([]);
    expect([web.requests, web.questions]).toEqual([[], []]);
  });

  it('JWT-03: are refused with headers that change what the others mean, though the key is right (RFC 7515 §4.1.11)', async () => {
    const headers = [
      { crit: ['exp'], exp: 1 },
      { crit: [] },
      { crit: ['b64'], b64: false },
      { b64: false },
      { zip: 'DEF' },
      { jwk },
    ];
    const cases = headers.map((odd) => {
      const token = forge({ header: header(odd), payload: claims(), signer: es256(client.key) });
      return [JSON.stringify(odd).slice(0, 30), token] as const;
    });
    expect(await complaints(cases, notRefused)).toEqual([]);
  });

  it('JWT-04: are refused with a kid that wants to be something else', async () => {
    const kids = [
      ...['../../../../dev/null', "' UNION SELECT 'k'--", '|id', 'k'.repeat(4_000), '__proto__', 'constructor', ''],
      ...['\u0000', 4711, ['the-key'], { kid: 'the-key' }, null, true],
    ];
    const cases = kids.flatMap((kid) => [
      [
        `${JSON.stringify(kid).slice(0, 40)}, signed`,
        forge({ header: header({ kid }), payload: claims(), signer: es256(client.key) }),
      ] as const,
      [
        `${JSON.stringify(kid).slice(0, 40)}, empty key`,
        forge({ header: header({ kid, alg: 'HS256' }), payload: claims(), signer: hs(256, '') }),
      ] as const,
    ]);
    expect(await complaints(cases, notRefused)).toEqual([]);
  });

  it('JWT-12: are refused in every form but the canonical compact one', async () => {
    const token = await anAssertion(app, client, { claims: claims() });
    const [head = '', body = '', signature = ''] = token.split('.');
    const jws = { payload: body, protected: head, signature };
    const cases = {
      'with another signature': `${token}.${signature}`,
      'two segments': `${head}.${body}`,
      'six segments': `${token}.${token}`,
      'a space before': ` ${token}`,
      padding: `${head}.${body}.${signature}==`,
      'a newline inside': `${head}\n.${body}.${signature}`,
      'flattened JSON': JSON.stringify(jws),
      'general JSON': JSON.stringify({ payload: body, signatures: [{ protected: head, signature }] }),
      'standard base64': token.replaceAll('-', '+').replaceAll('_', '/').replace(head, `${head}=`),
      nothing: '.',
      'too long': `${head}.${encode({ ...claims(), pad: 'x'.repeat(9_000) })}.${signature}`,
      'claims that are a list': forge({ header: header(), payload: [claims()], signer: es256(client.key) }),
      'claims that are a text': forge({ header: header(), payload: '"x"', signer: es256(client.key) }),
      'claims behind a mark': forge({
        header: header(),
        payload: `\ufeff${JSON.stringify(claims())}`,
        signer: es256(client.key),
      }),
      'a header that is a list': forge({ header: [header()], payload: claims(), signer: es256(client.key) }),
    };
    const isNotRefused = async (text: string) => {
      const complaint = await notRefused(text);
      return complaint?.startsWith('400') === true && /[\n]/.test(text) ? null : complaint;
    };
    expect(await complaints(Object.entries(cases), isNotRefused)).toEqual([]);
  });

  it('JWT-12: mean one client only where a claim stands twice: the last one, to every reader (RFC 7519 §4)', async () => {
    const twice = (one: string, other: string) =>
      JSON.stringify({ ...claims(), sub: undefined }).replace('{', `{"sub":"${one}","sub":"${other}",`);
    const signed = (payload: string) => forge({ header: header(), payload, signer: es256(client.key) });
    expect(await notRefused(signed(twice(client.id, rsaClient.id)))).toBeNull();
    expect((await send(signed(twice(rsaClient.id, client.id)))).body.error).toBe('unsupported_grant_type');
  });

  it('JWT-13: are refused with signatures at the edges of the curve, and in DER', async () => {
    const order = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex');
    const zero = Buffer.alloc(32);
    const one = Buffer.concat([Buffer.alloc(31), Buffer.of(1)]);
    const pairs = [
      [zero, zero],
      [order, order],
      [zero, one],
      [one, zero],
      [order, one],
      [one, order],
    ] as const;
    const cases = pairs.map(([r, s], index) => [`pair ${index}`, fixed(Buffer.concat([r, s]))] as const);
    const der = ['DER', es256(client.key, 'der')] as const;
    const short = ['31 bytes', fixed(randomBytes(31))] as const;
    const tokens = [...cases, der, short].map(
      ([name, signer]) => [name, forge({ header: header(), payload: claims(), signer })] as const,
    );
    expect(await complaints(tokens, notRefused)).toEqual([]);
  });

  it.each(['RS256', 'PS256', 'ES384', 'ES512', 'EdDSA', 'Ed25519', 'ES256K', 'HS256'])(
    'JWT-13: are refused with an algorithm that the key is not for: %s',
    async (alg) => {
      const token = forge({ header: header({ alg }), payload: claims(), signer: es256(client.key) });
      expect(await notRefused(token)).toBeNull();
    },
  );

  it('TOK-05: are refused with another algorithm than the registered one, though the key could (RFC 8725 §3.1)', async () => {
    const keys = [{ ...rsa.publicKey.export({ format: 'jwk' }), kid: 'the-key' }];
    const registered = { token_endpoint_auth_method: 'private_key_jwt', token_endpoint_auth_signing_alg: 'PS256' };
    const { id } = await aClient(app, { ...registered, jwks: { keys } });
    const token = forge({ header: header({ alg: 'RS256' }), payload: claims(id), signer: rs256(rsa.privateKey) });
    expect(await notRefused(token)).toBeNull();
    const good = await anAssertion(app, { id, key: rsa.privateKey }, { header: { alg: 'PS256' } });
    expect((await send(good)).body.error).toBe('unsupported_grant_type');
  });

  it('TOK-05: are refused with the secret of another client, and with a secret too short for the hash (RFC 7518 §3.2)', async () => {
    const [one, other] = [await anArmedClient(app, 'client_secret_jwt'), await anArmedClient(app, 'client_secret_jwt')];
    const foreign = forge({ header: { alg: 'HS256' }, payload: claims(one.id), signer: hs(256, other.secret) });
    expect(await notRefused(foreign)).toBeNull();
    for (const bits of [256, 384, 512] as const) {
      const payload = assertionClaims(app, one.id);
      const token = forge({ header: { alg: `HS${bits}` }, payload, signer: hs(bits, one.secret) });
      expect((await send(token)).body.error).toBe('unsupported_grant_type');
    }
    const pinned = await anArmedClient(app, 'client_secret_jwt', { token_endpoint_auth_signing_alg: 'HS512' });
    const weaker = forge({ header: { alg: 'HS256' }, payload: claims(pinned.id), signer: hs(256, pinned.secret) });
    expect(await notRefused(weaker)).toBeNull();
  });

  it('JWT-16, JWT-17: are refused at once where they are encrypted: nothing is unpacked or derived', async () => {
    const jwe = (head: object) => [
      encode(head),
      '',
      encode(randomBytes(12)),
      encode(randomBytes(64)),
      encode(randomBytes(16)),
    ];
    const cases = [
      ['zip', jwe({ alg: 'dir', enc: 'A256GCM', zip: 'DEF' }).join('.')],
      ['PBES2', jwe({ alg: 'PBES2-HS512+A256KW', enc: 'A256GCM', p2c: 2 ** 31 - 1, p2s: 'c2FsdA' }).join('.')],
      [
        'PBES2 as a signature',
        forge({ header: { alg: 'PBES2-HS512+A256KW', p2c: 2 ** 31 - 1 }, payload: claims(), signer: fixed('AAAA') }),
      ],
    ] as const;
    const begun = performance.now();
    expect(await complaints(cases, notRefused)).toEqual([]);
    expect(performance.now() - begun).toBeLessThan(SOON); // PBES2 would take hours
  });

  it('TOK-01: are refused together with a good secret, signed or not (RFC 6749 §2.3)', async () => {
    const armed = await anArmedClient(app, 'client_secret_post');
    const unsigned = forge({ header: { alg: 'none' }, payload: claims(armed.id), signer: fixed('') });
    for (const assertion of [unsigned, 'garbage', await anAssertion(app, client)]) {
      const { form } = withAssertion(assertion);
      const both = { headers: {}, form: { ...form, client_id: armed.id, client_secret: armed.secret } };
      const answer = await sendForm(app, '/oauth/token', { grant_type: 'urn:example:nothing' }, both);
      expect([answer.status, answer.body.error]).toEqual([400, 'invalid_request']);
    }
  });

  it.each(['urn:ietf:params:oauth:client-assertion-type:saml2-bearer', 'jwt-bearer', ''])(
    'are of one type only, which is not %p (RFC 7521 §4.2)',
    async (type) => {
      const form = { client_assertion_type: type, client_assertion: await anAssertion(app, client) };
      const answer = await sendForm(app, '/oauth/token', { grant_type: 'urn:example:nothing' }, { headers: {}, form });
      expect(answer.body).toMatchObject({
        error: 'invalid_client',
        error_description: expect.stringContaining('jwt-bearer'),
      });
    },
  );
});
