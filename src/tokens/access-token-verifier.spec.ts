import { JwtService } from '@nestjs/jwt';
import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { FakeClock } from '../../test/support/fake-clock';
import { encode, es256, fixed, forge, hs, rs256, type Signer } from '../../test/support/forged-jwt';
import { loadSettings } from '../config/load-settings';
import type { VerificationKeys } from '../keys/verification-keys';
import { InvalidToken } from '../protocol/errors';
import { ownTerms } from './access-token-terms';
import { AccessTokenVerifier } from './access-token-verifier';
import type { Revocations } from './revocations';

const settings = loadSettings({ NODE_ENV: 'test', ISSUER: 'https://id.example', CLOCK_TOLERANCE: '5' });
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const KID = 'the-active-key';

describe('AccessTokenVerifier', () => {
  const keys = new Map<string, { kid: string; alg: string; publicKey: KeyObject }>();
  const revoked = jest.fn<boolean, [unknown]>();
  const asked: string[] = [];
  const keyRing = {
    verificationKey(kid: string) {
      asked.push(kid);
      return keys.get(kid);
    },
  } as unknown as VerificationKeys;
  const clock = new FakeClock();
  const now = clock.now() / 1_000;
  let verifier: AccessTokenVerifier;

  beforeEach(() => {
    keys.clear();
    keys.set(KID, { kid: KID, alg: 'ES256', publicKey });
    asked.length = 0;
    revoked.mockReset().mockReturnValue(false);
    clock.advance(now - clock.now() / 1_000);
    const revocations = { isRevoked: revoked } as unknown as Revocations;
    verifier = new AccessTokenVerifier(new JwtService({}), keyRing, revocations, clock, ownTerms(settings));
  });

  const header = { alg: 'ES256', typ: 'at+jwt', kid: KID };
  const payload = {
    ...{ iss: settings.issuer, aud: settings.tokens.audience, sub: 'u', client_id: 'c', jti: 'j', scope: 'a b' },
    ...{ iat: now, exp: now + 900 },
  };
  const token = (changes: { header?: object | string; payload?: object | string; signer?: Signer } = {}) =>
    forge({
      header: typeof changes.header === 'string' ? changes.header : { ...header, ...changes.header },
      payload: typeof changes.payload === 'string' ? changes.payload : { ...payload, ...changes.payload },
      signer: changes.signer ?? es256(privateKey),
    });
  const verdict = (text: string) => {
    try {
      verifier.verify(text);
      return 'good';
    } catch (error) {
      return error instanceof InvalidToken ? error.reason : error;
    }
  };
  const expectRefused = (tokens: readonly string[]) =>
    expect(tokens.filter((text) => verdict(text) !== 'malformed')).toEqual([]);

  it('gives the claims of a good token, frozen, the first time and every other time', () => {
    for (let time = 0; time < 2; time++) {
      const claims = verifier.verify(token());
      expect(claims).toMatchObject(payload);
      expect(Object.isFrozen(claims)).toBe(true);
    }
    expect(verdict(token({ header: { typ: 'application/at+jwt' } }))).toBe('good');
  });

  it('JWT-01: refuses alg none in every spelling, whatever the signature', () => {
    const algorithms = ['none', 'None', 'NONE', 'nOnE', '', null, undefined, 0, false, {}, ['none'], ['ES256']];
    const signers = [fixed(''), fixed(Buffer.from([0])), es256(privateKey)];
    expectRefused(algorithms.flatMap((alg) => signers.map((signer) => token({ header: { alg }, signer }))));
    expectRefused([token().split('.').slice(0, 2).join('.'), `${token().split('.').slice(0, 2).join('.')}.`]);
  });

  it('JWT-02: refuses an HMAC keyed with anything that is published', () => {
    const pem = publicKey.export({ type: 'spki', format: 'pem' }) as string;
    const jwk = publicKey.export({ format: 'jwk' });
    const [x, y] = [Buffer.from(jwk.x!, 'base64url'), Buffer.from(jwk.y!, 'base64url')];
    const secrets = [
      ...[pem, pem.trim(), ` ${pem}`, `\n${pem}`, pem.replaceAll('\n', '\r\n'), pem.replace(/-----.*-----|\n/g, '')],
      ...[publicKey.export({ type: 'spki', format: 'der' }), JSON.stringify(jwk), JSON.stringify({ ...jwk, kid: KID })],
      ...[jwk.x!, jwk.y!, x, y, Buffer.concat([x, y]), Buffer.concat([Buffer.from([4]), x, y]), KID, ''],
    ];
    const kids = [{}, { kid: undefined }, { kid: 'other' }];
    const forged = secrets.flatMap((secret) =>
      ([256, 384, 512] as const).flatMap((bits) =>
        kids.map((kid) => token({ header: { alg: `HS${bits}`, ...kid }, signer: hs(bits, secret) })),
      ),
    );
    expect(forged.length).toBeGreaterThanOrEqual(60);
    expectRefused(forged);
    expectRefused(secrets.map((secret) => token({ signer: hs(256, secret) })));
  });

  it('JWT-03: refuses a token that brings its own key, even one that our key has signed', () => {
    const own = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const jwk = own.publicKey.export({ format: 'jwk' });
    const additions = [
      ...[{ jwk }, { jku: 'https://evil.example/jwks.json' }, { x5u: 'https://evil.example/x5u' }, { x5c: ['MIIB'] }],
      ...[{ crit: ['exp'] }, { crit: [] }, { b64: false, crit: ['b64'] }, { zip: 'DEF' }, { jwk: null }],
    ];
    for (const signer of [es256(own.privateKey), es256(privateKey)]) {
      expectRefused(
        additions.flatMap((more) => [
          token({ header: more, signer }),
          token({ header: { ...more, kid: 'own' }, signer }),
        ]),
      );
    }
    expectRefused([token({ signer: es256(own.privateKey) })]);
  });

  it('JWT-04: refuses a kid that is not ours, and looks it up nowhere but among our keys', () => {
    const texts = [
      ...['../../../../dev/null', `' UNION SELECT 'k'--`, '|id', 'k'.repeat(100_000), `${KID}\0`, '\0', ''],
      ...['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'public/index.html', ` ${KID}`, KID.toUpperCase()],
    ];
    const kids = [...texts, 7, null, undefined, true, [KID], { kid: KID }, [[KID]]];
    expectRefused(kids.map((kid) => token({ header: { kid } })));
    expectRefused(kids.map((kid) => token({ header: { kid, alg: 'HS256' }, signer: hs(256, '') })));
    expect(asked.every((kid) => typeof kid === 'string')).toBe(true);
  });

  it('JWT-12: refuses every spelling of a token but the one that was signed', () => {
    const good = token();
    const [head, body, signature] = good.split('.') as [string, string, string];
    expect(verdict(good)).toBe('good');
    expectRefused([
      ...[
        ` ${good}`,
        `${good} `,
        `${good}\n`,
        `${good}=`,
        `${good}.`,
        `.${good}`,
        `${good}.${signature}`,
        `${head}..${signature}`,
      ],
      ...[
        `${head}=.${body}.${signature}`,
        `${head}.${body}==.${signature}`,
        `${head}.${body}.${signature}${signature}`,
      ],
      ...[`${head}.${body}.${signature.slice(0, -1)}`, `${head}.${body}.${signature}AA`, good.replace('.', '\n.')],
      JSON.stringify({ protected: head, payload: body, signature }),
      JSON.stringify({ payload: body, signatures: [{ protected: head, signature }] }),
      forge({ header: `\ufeff${JSON.stringify(header)}`, payload, signer: es256(privateKey) }),
    ]);
    const last = signature.at(-1)!;
    for (const other of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'.replace(last, '')) {
      expectRefused([`${head}.${body}.${signature.slice(0, -1)}${other}`]);
    }
  });

  it('JWT-12: reads duplicate names as every JSON parser of ours does: the last one counts', () => {
    expectRefused([token({ header: `{"alg":"ES256","typ":"at+jwt","kid":"${KID}","alg":"none"}` })]);
    expectRefused([token({ header: `{"alg":"ES256","typ":"at+jwt","kid":"${KID}","kid":"other"}` })]);
    const twice = `${JSON.stringify(payload).slice(0, -1)},"sub":"last"}`;
    expect(verifier.verify(token({ payload: twice })).sub).toBe('last');
  });

  it('JWT-13: refuses signatures at the edges of ECDSA', () => {
    const order = Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex');
    const zero = Buffer.alloc(32);
    const one = Buffer.concat([Buffer.alloc(31), Buffer.from([1])]);
    const pairs = [
      ...[
        [zero, zero],
        [zero, one],
        [one, zero],
        [order, order],
        [order, one],
        [one, order],
        [one, one],
      ],
      ...[
        [Buffer.alloc(32, 0xff), one],
        [one, Buffer.alloc(32, 0xff)],
      ],
    ].map((pair) => Buffer.concat(pair));
    const lengths = [0, 1, 63, 65, 96, 128, 132].map((length) => Buffer.alloc(length, 1));
    expectRefused([...pairs, ...lengths].map((signature) => token({ signer: fixed(signature) })));
    expectRefused([token({ signer: es256(privateKey, 'der') })]);
  });

  it('JWT-13: accepts no other signature of the same token that is made by negating s', () => {
    const order = BigInt('0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');
    const good = token();
    verifier.verify(good);
    const bytes = Buffer.from(good.split('.')[2]!, 'base64url');
    const negated = (order - BigInt(`0x${bytes.subarray(32).toString('hex')}`)).toString(16).padStart(64, '0');
    const twin = Buffer.concat([bytes.subarray(0, 32), Buffer.from(negated, 'hex')]);
    const other = [...good.split('.').slice(0, 2), encode(twin)].join('.');
    // It is a valid signature (RFC 7515 §3.4 does not forbid it); a revocation finds both, for it goes by jti.
    expect(verdict(other)).toBe('good');
    revoked.mockReturnValue(true);
    expect([verdict(good), verdict(other)]).toEqual(['revoked', 'revoked']);
  });

  it('JWT-13: refuses keys of other kinds behind our algorithm, and our key behind other algorithms', () => {
    const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' });
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
    keys.set('p384', { kid: 'p384', alg: 'ES384', publicKey: p384.publicKey });
    keys.set('rsa', { kid: 'rsa', alg: 'RS256', publicKey: rsa.publicKey });
    expectRefused([
      token({ header: { kid: 'p384' }, signer: es256(p384.privateKey) }),
      token({ header: { kid: 'p384', alg: 'ES384' }, signer: es256(p384.privateKey) }),
      token({ header: { kid: 'rsa', alg: 'RS256' }, signer: rs256(rsa.privateKey) }),
      token({ header: { kid: 'rsa' }, signer: rs256(rsa.privateKey) }),
      ...['ES384', 'ES512', 'ES256K', 'EdDSA', 'PS256', 'es256', 'ES256 '].map((alg) => token({ header: { alg } })),
    ]);
  });

  it('refuses every other type of token (RFC 9068 §4)', () => {
    const types = [
      'JWT',
      'jwt',
      'id+jwt',
      'at+JWT',
      'at+jwt ',
      '',
      null,
      undefined,
      ['at+jwt'],
      'application/jwt',
      'dpop+jwt',
    ];
    expectRefused(types.map((typ) => token({ header: { typ } })));
  });

  it('refuses a token of another issuer or for another audience', () => {
    const { issuer, tokens } = settings;
    const issuers = [`${issuer}/`, issuer.toUpperCase(), 'https://evil.example', '', [issuer], null, undefined];
    const audiences = ['https://other.example', `${tokens.audience}/`, '', [], ['x', 'y'], null, undefined];
    expectRefused(issuers.map((iss) => token({ payload: { iss } })));
    expectRefused(audiences.map((aud) => token({ payload: { aud } })));
    expect(verdict(token({ payload: { aud: ['x', tokens.audience] } }))).toBe('good');
  });

  it('refuses a token without a claim that is required, or with one of another kind (RFC 9068 §2.2)', () => {
    const texts = ['sub', 'client_id', 'jti'].flatMap((name) =>
      [undefined, null, '', 7, {}, ['x']].map((value) => ({ [name]: value })),
    );
    const instants = ['iat', 'exp'].flatMap((name) =>
      [undefined, null, `${now + 900}`, now + 0.5, 1e300, [now]].map((value) => ({ [name]: value })),
    );
    const others = [
      ...[undefined, null, 7, ['a'], 'a  b', ' a', 'a"'].map((scope) => ({ scope })),
      ...[
        { sid: 7 },
        { family: {} },
        { acr: ['x'] },
        { auth_time: 'x' },
        { roles: 'admin' },
        { roles: [7] },
        { amr: 'pwd' },
        { exchanged_from: 'j' },
        { exchanged_from: [null] },
        { exchanged_from: [{ jti: 'j' }] },
        { exchanged_from: [{ jti: 'j', client_id: 'c', sub: 7 }] },
        { exchanged_from: [{ jti: 'j', client_id: 'c', sid: null }] },
        { exchanged_from: [{ jti: 'j', client_id: 'c', family: {} }] },
      ],
    ];
    expectRefused([...texts, ...instants, ...others].map((changes) => token({ payload: changes })));
    expectRefused(['[]', '"x"', '7', 'null', 'not json', '{'].map((text) => token({ payload: text })));
  });

  it('accepts a token until its end and the tolerance of clocks, remembered or not', () => {
    const text = token();
    verifier.verify(text);
    clock.advance(900 + 4.999);
    expect([verdict(text), verdict(token({ payload: { jti: 'k' } }))]).toEqual(['good', 'good']);
    clock.advance(0.001);
    expect([verdict(text), verdict(token({ payload: { jti: 'k' } }))]).toEqual(['expired', 'expired']);
    expect(verdict(token({ payload: { exp: now - 5 } }))).toBe('expired');
  });

  it('refuses a token from the future, but for the tolerance of clocks', () => {
    expect(verdict(token({ payload: { iat: now + 5 } }))).toBe('good');
    expect(verdict(token({ payload: { iat: now + 6 } }))).toBe('malformed');
  });

  it('asks about revocation at every use, and lets its error through', () => {
    const text = token();
    verifier.verify(text);
    revoked.mockReturnValue(true);
    expect([verdict(text), verdict(token({ payload: { jti: 'k' } }))]).toEqual(['revoked', 'revoked']);
    const unknown = new Error('nobody can know');
    revoked.mockImplementation(() => {
      throw unknown;
    });
    expect([verdict(text), verdict(token({ payload: { jti: 'l' } }))]).toEqual([unknown, unknown]);
  });

  it('forgets a token with the key that signed it, whoever signed it', () => {
    const [seen, signedHere] = [token(), token({ payload: { jti: 'k' } })];
    verifier.verify(seen);
    verifier.noteSigned(signedHere, KID);
    keys.clear();
    expect([verdict(seen), verdict(signedHere), verdict(signedHere)]).toEqual(['malformed', 'malformed', 'malformed']);
  });

  it('knows a token that this process has signed, and no other spelling of it', () => {
    const text = token({
      signer: fixed(createHmac('sha256', 'x').update('not a real signature, to tell the way').digest()),
    });
    verifier.noteSigned(text, KID);
    expect(verdict(text)).toBe('good');
    expect(verdict(`${text}A`)).toBe('malformed');
    clock.advance(905);
    expect(verdict(text)).toBe('expired');
  });
});
