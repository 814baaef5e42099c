import { generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import { FakeClock } from '../../test/support/fake-clock';
import { StrangersWeb } from '../../test/support/strangers-web';
import { loadSettings } from '../config/load-settings';
import { createLog } from '../logging/log';
import { OutboundDocuments } from '../outbound/outbound-documents';
import { OutboundFetcher } from '../outbound/outbound-fetcher';
import type { KeyHint } from '../protocol/jwt-header';
import type { Client } from './client';
import { ClientKeys } from './client-keys';
import { usableKeysOf } from './client-key-set';

const ADDRESS = 'https://client.example/keys.json';

const ec = (kid: string, more: object = {}, namedCurve = 'P-256') => ({
  ...generateKeyPairSync('ec', { namedCurve }).publicKey.export({ format: 'jwk' }),
  kid,
  ...more,
});

const rsa = (kid: string, modulusLength = 2_048, more: object = {}) => ({
  ...generateKeyPairSync('rsa', { modulusLength }).publicKey.export({ format: 'jwk' }),
  kid,
  ...more,
});

describe('the keys of a client', () => {
  let web: StrangersWeb;
  let clock: FakeClock;
  let keys: ClientKeys;

  beforeEach(async () => {
    web = await StrangersWeb.open();
    clock = new FakeClock();
    const fetcher = new OutboundFetcher(web, loadSettings({}), createLog('silent'));
    keys = new ClientKeys(new OutboundDocuments(fetcher, clock), clock);
  });

  afterEach(() => web.close());

  const aClient = (metadata: object) => ({ metadata }) as Client;
  const published = aClient({ jwks_uri: ADDRESS });
  const registered = (...set: object[]) => aClient({ jwks: { keys: set } });

  /** The x or n of what was found: what tells keys apart. */
  const found = async (client: Client, hint: KeyHint) =>
    (await keys.find(client, hint)).map((key) => {
      const { x, n } = key.export({ format: 'jwk' });
      return x ?? n;
    });

  const marks = (...set: JsonWebKey[]) => set.map(({ x, n }) => x ?? n);

  it('are chosen by their id, and all are meant where none is named', async () => {
    const [one, two] = [ec('one'), ec('two')];
    const client = registered(one, two);
    expect(await found(client, { alg: 'ES256', kid: 'two' })).toEqual(marks(two));
    expect(await found(client, { alg: 'ES256' })).toEqual(marks(one, two));
    expect(await found(client, { alg: 'ES256', kid: 'three' })).toEqual([]);
  });

  it('are for the algorithms of their kind (RFC 8725 §3.2)', async () => {
    const [p256, p384, modulus] = [ec('a'), ec('a384', {}, 'P-384'), rsa('r')];
    const client = registered(p256, p384, modulus);
    expect(await found(client, { alg: 'ES256' })).toEqual(marks(p256));
    expect(await found(client, { alg: 'ES384' })).toEqual(marks(p384));
    expect(await found(client, { alg: 'PS256' })).toEqual(marks(modulus));
    expect(await found(client, { alg: 'ES384', kid: 'a' })).toEqual([]);
    for (const alg of ['HS256', 'none', 'ES256K', '']) expect(await found(client, { alg })).toEqual([]);
  });

  it('are for what they say that they are for (RFC 7517 §4.2, §4.3, §4.4)', async () => {
    const sig = ec('sig', { use: 'sig', key_ops: ['verify'], alg: 'ES256' });
    const others = [
      ec('enc', { use: 'enc' }),
      ec('ops', { key_ops: ['deriveBits'] }),
      ec('odd', { key_ops: 'verify' }),
      rsa('ps', 2_048, { alg: 'PS256' }),
    ];
    const client = registered(sig, ...others);
    expect(await found(client, { alg: 'ES256' })).toEqual(marks(sig));
    expect(await found(client, { alg: 'RS256' })).toEqual([]);
  });

  it('are fetched from where the client publishes them, and kept', async () => {
    const one = ec('one');
    web.json(ADDRESS, { keys: [one] });
    for (let turn = 0; turn < 3; turn++) {
      expect(await found(published, { alg: 'ES256', kid: 'one' })).toEqual(marks(one));
    }
    expect(web.count(ADDRESS)).toBe(1);
  });

  it('DOS-10: are looked up again for an id that nobody knows, once in a minute, whoever asks', async () => {
    const [one, two] = [ec('one'), ec('two')];
    web.json(ADDRESS, { keys: [one] }, { 'cache-control': 'max-age=3600' });
    expect(await found(published, { alg: 'ES256', kid: 'one' })).toEqual(marks(one));
    web.json(ADDRESS, { keys: [one, two] }, { 'cache-control': 'max-age=3600' });
    clock.advance(59);
    expect(await found(published, { alg: 'ES256', kid: 'two' })).toEqual([]);
    expect(web.count(ADDRESS)).toBe(1);
    clock.advance(1);
    expect(await found(published, { alg: 'ES256', kid: 'two' })).toEqual(marks(two));
    await Promise.all(Array.from({ length: 200 }, (_, id) => found(published, { alg: 'ES256', kid: `no-${id}` })));
    expect(web.count(ADDRESS)).toBe(2);
  });

  it('that a client has withdrawn are forgotten within the hour', async () => {
    const one = ec('one');
    web.json(ADDRESS, { keys: [one] }, { 'cache-control': 'max-age=86400' });
    await found(published, { alg: 'ES256', kid: 'one' });
    web.json(ADDRESS, { keys: [] });
    clock.advance(3_600);
    expect(await found(published, { alg: 'ES256', kid: 'one' })).toEqual([]);
  });

  it('are used for four hours when the server of the client fails, and no longer', async () => {
    const one = ec('one');
    web.json(ADDRESS, { keys: [one] });
    await found(published, { alg: 'ES256' });
    web.serve(ADDRESS, '', {}, 503);
    clock.advance(4 * 3_600 - 1);
    expect(await found(published, { alg: 'ES256' })).toEqual(marks(one));
    clock.advance(1);
    expect(await found(published, { alg: 'ES256' })).toEqual([]);
  });

  it('JWT-14: are not weak, secret or broken ones, which others in the same set do not suffer from', async () => {
    const good = ec('good');
    const strange = [
      rsa('short', 1_024),
      { ...rsa('even'), n: Buffer.alloc(256, 2).toString('base64url') },
      { ...rsa('e1'), e: 'AQ' },
      { kty: 'oct', k: 'c2VjcmV0', kid: 'oct' },
      generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }),
      { ...ec('off'), x: Buffer.alloc(32, 1).toString('base64url') },
      ec('curve', {}, 'secp256k1'),
      { kty: 'EC' },
      null,
      'key',
    ];
    web.json(ADDRESS, { keys: [...strange, good] });
    expect(await found(published, { alg: 'ES256' })).toEqual(marks(good));
    for (const alg of ['RS256', 'PS256']) expect(await found(published, { alg })).toEqual([]);
  });

  it('JWT-14: are none where a set has thousands', () => {
    const one = ec('one');
    expect(usableKeysOf({ keys: Array.from({ length: 10_000 }, () => one) })).toBeNull();
    for (const odd of [null, [], 'keys', { keys: {} }, {}]) expect(usableKeysOf(odd)).toBeNull();
  });

  it.each(['not json', '[]', '{"keys":1}', ''])('are none where there is no set of keys: %p', async (text) => {
    web.serve(ADDRESS, text);
    expect(await found(published, { alg: 'ES256' })).toEqual([]);
  });

  it('are none of a client that has none', async () => {
    expect(await keys.find(aClient({}), { alg: 'ES256' })).toEqual([]);
  });
});
