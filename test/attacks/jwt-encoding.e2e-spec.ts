import { generateKeyPairSync } from 'node:crypto';
import { KeyRing } from '../../src/keys/key-ring';
import { createTestApp, type TestApp } from '../support/create-test-app';
import { encode, es256, fixed, forge, type Signer, takeApart, type TakenApart } from '../support/forged-jwt';
import { rawRequest } from '../support/raw-http';
import { complaints, notInvalidToken } from '../support/verdicts';

/** The order of P-256 (FIPS 186-5, SP 800-186 §3.2.1.3). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

const bytesOf = (number: bigint, length = 32) => Buffer.from(number.toString(16).padStart(2 * length, '0'), 'hex');

describe('tokens that two readers could read in two ways', () => {
  let app: TestApp;
  let token: string;
  let good: TakenApart;
  let signer: Signer;

  beforeAll(async () => {
    app = await createTestApp();
    await app.register('alice');
    token = (await app.login('alice')).body.access_token;
    good = takeApart(token);
    signer = es256(app.resolve(KeyRing).signingKey.privateKey);
  });

  afterAll(() => app.close());

  /** Sent past every client library, so that each byte arrives. */
  const refused = async (forged: string) =>
    notInvalidToken(
      await rawRequest(app.url, { target: '/protected', headers: [['Authorization', `Bearer ${forged}`]] }),
    );

  it('JWT-12: takes one spelling of a token, and no text around it', async () => {
    const [header, payload, signature] = good.segments;
    const padded = (segment: string) => segment + '='.repeat((4 - (segment.length % 4)) % 4 || 4);
    const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    /** The same bytes, with other values in the unused bits of the last character (RFC 4648 §3.5). */
    const respelt = [1, 2, 3].map(
      (bits) => signature.slice(0, -1) + ALPHABET.charAt(ALPHABET.indexOf(signature.at(-1)!) ^ bits),
    );
    const cases: readonly (readonly [string, string])[] = [
      ...respelt.map((other, index) => [`respelt signature ${index}`, `${header}.${payload}.${other}`] as const),
      ['padded signature', `${header}.${payload}.${padded(signature)}`],
      ['padded payload', `${header}.${padded(payload)}.${signature}`],
      ['padded header', `${padded(header)}.${payload}.${signature}`],
      ['one dot less', `${header}.${payload}`],
      ['a dot more', `${token}.`],
      ['a dot before', `.${token}`],
      ['five parts', `${token}.AA.AA`],
      ['seven parts', `${token}.${token}.AA`],
      ['two signatures', `${token}.${signature}`],
      ['two tokens', `${token}${token}`],
      ['two tokens, a comma between', `${token},${token}`],
      ['an empty payload', `${header}..${signature}`],
      ['an empty header', `.${payload}.${signature}`],
      ['trailing byte', `${token}A`],
      ['byte cut off', token.slice(0, -1)],
      ['four more characters', `${token}AAAA`],
      ['space inside', `${header}. ${payload}.${signature}`],
      ['tab inside', `${header}.\t${payload}.${signature}`],
      ['percent-encoded dot', `${header}%2e${payload}.${signature}`],
      ['quotes around', `"${token}"`],
      ['BOM before', `\xef\xbb\xbf${token}`],
      ['non-breaking space after', `${token}\xa0`],
      ['Bearer twice', `Bearer ${token}`],
      ['base64 instead of base64url', `${header}.${payload}.${good.signature.toString('base64').replace(/=/g, '')}+/`],
      ['upper case', token.toUpperCase()],
    ];
    expect(await complaints(cases, refused)).toEqual([]);
  });

  it('JWT-12: takes no JSON serialization, flattened or general, though one of the signatures is good', async () => {
    const [header, payload, signature] = good.segments;
    const signatures = [
      { protected: header, signature: 'AA' },
      { protected: header, signature },
    ];
    for (const serialization of [
      { protected: header, payload, signature },
      { payload, signatures },
    ]) {
      const text = JSON.stringify(serialization);
      expect(await refused(text)).toBeNull();
      expect(await refused(encode(text))).toBeNull();
    }
  });

  it('JWT-12: does not read a header that its key did not sign, however its JSON is written', async () => {
    const { kid } = good.header as { kid: string };
    const headers = [
      `{"alg":"none","alg":"ES256","typ":"at+jwt","kid":"${kid}"}`,
      `{"alg":"ES256","alg":"none","typ":"at+jwt","kid":"${kid}"}`,
      `{"alg":"ES256","typ":"JWT","typ":"at+jwt","kid":"${kid}"}`,
      `\ufeff${JSON.stringify(good.header)}`,
      `${JSON.stringify(good.header)} `,
      ` ${JSON.stringify(good.header)}`,
      `${JSON.stringify(good.header)}\0`,
      `${JSON.stringify(good.header)},{}`,
      `{"\\u0061lg":"ES256","typ":"at+jwt","kid":"${kid}"}`,
      `[${JSON.stringify(good.header)}]`,
      `"${kid}"`,
      'null',
      '{',
      '',
    ];
    const cases = headers.map((header) => [header, forge({ ...good, header, signer: fixed(good.signature) })] as const);
    expect(await complaints(cases, refused)).toEqual([]);
  });

  it('JWT-12: a second signature of the same claims, (r, n − s), is the same token: it is revoked with it', async () => {
    const login = await app.login('alice');
    const own = takeApart(login.body.access_token as string);
    const [r, s] = [own.signature.subarray(0, 32), own.signature.subarray(32)];
    const mirrored = Buffer.concat([r, bytesOf(ORDER - BigInt(`0x${s.toString('hex')}`))]);
    const twin = [...own.segments.slice(0, 2), encode(mirrored)].join('.');
    expect((await app.withToken(twin).get('/protected')).status).toBe(200);
    await app.withToken(login.body.access_token as string).post('/auth/logout');
    const answer = await app.withToken(twin).get('/protected');
    expect([answer.status, answer.body.code]).toEqual([401, 'token_revoked']);
  });

  it('JWT-13: takes no ECDSA signature of edge values or in another form', async () => {
    const input = good.segments.slice(0, 2).join('.');
    const r = good.signature.subarray(0, 32);
    const s = good.signature.subarray(32);
    const values = [0n, 1n, ORDER - 1n, ORDER, ORDER + 1n, 2n ** 256n - 1n];
    const pairs = values.flatMap((left) => values.map((right) => Buffer.concat([bytesOf(left), bytesOf(right)])));
    const signatures: readonly (readonly [string, Buffer | string])[] = [
      ...pairs.map((pair) => [pair.toString('hex'), pair] as const),
      ['r and 0', Buffer.concat([r, bytesOf(0n)])],
      ['0 and s', Buffer.concat([bytesOf(0n), s])],
      ['s and r', Buffer.concat([s, r])],
      ['r + n', Buffer.concat([bytesOf(BigInt(`0x${r.toString('hex')}`) + ORDER, 33), s])],
      ['DER', es256(app.resolve(KeyRing).signingKey.privateKey, 'der')(input)],
      ['DER of zeros', Buffer.from('3006020100020100', 'hex')],
      ['DER of nothing', Buffer.from('3000', 'hex')],
      ['zeros, one byte', Buffer.alloc(1)],
      ['zeros, 63 bytes', Buffer.alloc(63)],
      ['zeros, 65 bytes', Buffer.alloc(65)],
      ['zeros, 96 bytes', Buffer.alloc(96)],
      ['zeros, 132 bytes', Buffer.alloc(132)],
      ['a zero before', Buffer.concat([Buffer.alloc(1), good.signature])],
      ['a zero after', Buffer.concat([good.signature, Buffer.alloc(1)])],
      ['zeros after r and s each', Buffer.concat([r, Buffer.alloc(1), s, Buffer.alloc(1)])],
      ['text', 'AAAA'],
    ];
    const cases = signatures.map(
      ([name, signature]) =>
        [name, forge({ header: good.header, payload: good.payload, signer: fixed(signature) })] as const,
    );
    expect(cases.length).toBeGreaterThan(50);
    expect(await complaints(cases, refused)).toEqual([]);
  });

  it('JWT-13: takes no signature of another curve under the name ES256', async () => {
    const cases = (['P-384', 'P-521', 'secp256k1', 'P-256'] as const).flatMap((namedCurve) => {
      const { privateKey } = generateKeyPairSync('ec', { namedCurve });
      return (['ieee-p1363', 'der'] as const).map(
        (form) => [`${namedCurve} ${form}`, forge({ ...good, signer: es256(privateKey, form) })] as const,
      );
    });
    const ed25519 = forge({
      header: { ...good.header, alg: 'EdDSA' },
      payload: good.payload,
      // A small-order point as R and zero as S verify every message under a key of small order.
      signer: fixed(Buffer.concat([Buffer.from([1]), Buffer.alloc(63)])),
    });
    expect(await complaints([...cases, ['EdDSA of small order', ed25519] as const], refused)).toEqual([]);
  });

  it('JWT-12: one changed bit anywhere in a token makes it another text, which is refused', async () => {
    const bytes = Buffer.from(token);
    const places = Array.from({ length: 60 }, (_none, index) => Math.floor((index * bytes.length) / 60));
    const cases = places.map((place) => {
      const changed = Buffer.from(bytes);
      changed[place] = changed[place] === 0x41 ? 0x42 : 0x41;
      return [`byte ${place}`, changed.toString('latin1')] as const;
    });
    expect(
      await complaints(
        cases.filter(([, one]) => one !== token),
        refused,
      ),
    ).toEqual([]);
    expect(
      await refused(forge({ ...good, payload: `${JSON.stringify(good.payload)} `, signer: fixed(good.signature) })),
    ).toBeNull();
    expect((await app.withToken(forge({ ...good, signer })).get('/protected')).status).toBe(200);
  });
});
