import { constants, createCipheriv, createPublicKey, publicEncrypt, randomBytes } from 'node:crypto';
import { deflateRawSync } from 'node:zlib';
import type { JSONWebKeySet } from 'jose';
import { createTestApp, type TestApp } from '../support/create-test-app';
import { aDecryptionKey, encryptedToServer } from '../support/encryption-keys';
import { sendAs } from '../support/hand-made-flow';
import { aClient, type TestOAuthClient } from '../support/test-clients';
import { SOON } from '../support/within';

const encode = (part: object | Buffer) =>
  (Buffer.isBuffer(part) ? part : Buffer.from(JSON.stringify(part))).toString('base64url');

/** A text of the form of a JWE, in which nothing is encrypted. */
const hollow = (header: object, ...parts: readonly string[]) =>
  [encode(header), ...['AAAA', 'AAAA', 'AAAA', 'AAAA'].map((part, index) => parts[index] ?? part)].join('.');

describe('encrypted texts that mean harm', () => {
  let app: TestApp;
  let client: TestOAuthClient;

  beforeAll(async () => {
    app = await createTestApp();
    client = await aClient(app, { scope: 'openid' });
  });

  afterAll(() => app.close());

  const push = (request: string) => sendAs(app, client, { client_id: client.id, request }, '/oauth/par');

  const serverKey = async () => {
    const { keys } = (await app.get('/jwks.json')).body as JSONWebKeySet;
    return keys.find(({ use, kty }) => use === 'enc' && kty === 'RSA')!;
  };

  /** A JWE after the book, of what the JOSE library would not make: compressed, or with other members in its header. */
  async function handMade(content: Buffer, members: Readonly<Record<string, unknown>>): Promise<string> {
    const jwk = await serverKey();
    const [key, iv] = [randomBytes(32), randomBytes(12)];
    const header = encode({ alg: 'RSA-OAEP-256', enc: 'A256GCM', kid: jwk.kid, ...members });
    const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(header));
    const sealed = Buffer.concat([cipher.update(content), cipher.final()]);
    const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
    const wrapped = publicEncrypt(
      { key: publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' },
      key,
    );
    return [header, ...[wrapped, iv, sealed, cipher.getAuthTag()].map(encode)].join('.');
  }

  /** Every one of them is refused in the same words, whatever is wrong with it (RFC 7516 §11.5). */
  async function refusal(request: string): Promise<readonly unknown[]> {
    const begun = performance.now();
    const { status, text, body } = await push(request);
    return [status, body.error, performance.now() - begun < SOON, text];
  }

  async function expectRefused(...requests: readonly string[]): Promise<void> {
    const [, , , words] = await refusal(hollow({ alg: 'RSA-OAEP-256', enc: 'A256GCM' }));
    for (const request of requests) {
      expect(await refusal(request)).toEqual([400, 'invalid_request_object', true, words]);
    }
  }

  it('are told from good ones, which these are but for one thing', async () => {
    const { body } = await push(await handMade(Buffer.from('e30.e30.AAAA'), { cty: 'JWT' }));
    // It was opened: what is wrong is found inside.
    expect(body.error_description).toContain('must have alg');
  });

  it('JWT-16: are not unpacked', async () => {
    const bomb = deflateRawSync(Buffer.alloc(7 * 1_048_576));
    const before = process.memoryUsage().rss;
    const requests = await Promise.all(Array.from({ length: 20 }, () => handMade(bomb, { zip: 'DEF' })));
    expect(requests[0]!.length).toBeLessThan(12_288);
    await expectRefused(...requests, await handMade(deflateRawSync(Buffer.alloc(1_000)), { zip: 'DEF' }));
    expect(process.memoryUsage().rss - before).toBeLessThan(50 * 1_048_576);
  });

  it('JWT-16: are not opened one in another', async () => {
    let nested = 'e30.e30.AAAA';
    for (let depth = 0; depth < 5; depth++) {
      nested = await encryptedToServer(app, nested, { alg: 'ECDH-ES', enc: 'A128GCM' });
    }
    const { status, body } = await push(nested);
    expect([status, body.error]).toEqual([400, 'invalid_request_object']);
  });

  it('JWT-16: are not looked at where they are longer than any request', async () => {
    const long = await encryptedToServer(app, 'x'.repeat(12_000), { alg: 'ECDH-ES', enc: 'A128GCM' });
    await expectRefused(long);
  });

  it('JWT-17: are not computed for', async () => {
    const salts = ['AAAAAAAAAAAAAAAA', 'A'.repeat(4_000)];
    await expectRefused(
      ...['PBES2-HS256+A128KW', 'PBES2-HS512+A256KW'].flatMap((alg) =>
        salts.map((p2s) => hollow({ alg, enc: 'A128GCM', p2c: 2 ** 31 - 1, p2s })),
      ),
      hollow({ alg: 'RSA-OAEP-256', enc: 'A256GCM', p2c: 2 ** 31 - 1 }),
    );
  });

  it('JWT-18: are no oracle of their padding: RSA1_5 is not taken, and all that cannot be opened is refused in the same words', async () => {
    const [jwk, good] = [await serverKey(), await handMade(Buffer.from('e30.e30.AAAA'), {})];
    const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
    const padded = publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, randomBytes(32));
    const [header, key, iv, sealed, tag] = good.split('.') as [string, string, string, string, string];
    const swapped = (part: string) => `${part.slice(0, 5)}${part[5] === 'A' ? 'B' : 'A'}${part.slice(6)}`;
    await expectRefused(
      hollow({ alg: 'RSA1_5', enc: 'A256GCM', kid: jwk.kid }, encode(padded)),
      hollow({ alg: 'RSA1_5', enc: 'A256GCM', kid: jwk.kid }, encode(randomBytes(256))),
      [header, encode(padded), iv, sealed, tag].join('.'),
      [header, swapped(key), iv, sealed, tag].join('.'),
      [header, key, swapped(iv), sealed, tag].join('.'),
      [header, key, iv, swapped(sealed), tag].join('.'),
      [header, key, iv, sealed, swapped(tag)].join('.'),
      [header, key, iv, sealed, ''].join('.'),
    );
  });

  it('JWT-03: bring no key, name none of others, and say nothing that is not understood', async () => {
    const content = Buffer.from('e30.e30.AAAA');
    const own = aDecryptionKey('RSA-OAEP-256').jwk;
    await expectRefused(
      await handMade(content, { jwk: own }),
      await handMade(content, { jku: 'https://evil.example/keys.json' }),
      await handMade(content, { x5u: 'https://evil.example/chain.pem' }),
      await handMade(content, { crit: ['exp'], exp: 1 }),
      await handMade(content, { kid: 'unknown' }),
      await handMade(content, { kid: 7 }),
      hollow({ alg: 'dir', enc: 'A256GCM' }, ''),
      hollow({ alg: 'A128KW', enc: 'A128GCM' }),
      hollow({ alg: 'none', enc: 'A128GCM' }),
      hollow({ alg: 'RSA-OAEP-256', enc: 'none' }),
    );
  });

  it('JWT-13: have a point that is on the curve', async () => {
    const good = await encryptedToServer(app, 'e30.e30.AAAA', { alg: 'ECDH-ES', enc: 'A128GCM' });
    const [header = '', ...rest] = good.split('.');
    const read = JSON.parse(Buffer.from(header, 'base64url').toString()) as { epk: { y: string } };
    const elsewhere = { ...read, epk: { ...read.epk, y: encode(randomBytes(32)) } };
    const otherCurve = { ...read, epk: { ...read.epk, crv: 'P-384' } };
    await expectRefused([encode(elsewhere), ...rest].join('.'), [encode(otherCurve), ...rest].join('.'));
  });
});
