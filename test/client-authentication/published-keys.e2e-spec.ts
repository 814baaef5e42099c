import { generateKeyPairSync } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ClientRegistrations } from '../../src/oauth/client-registration/client-registrations';
import {
  type ArmedClient,
  anArmedClient,
  anAssertion,
  ecKeyPair,
  sendForm,
  withAssertion,
} from '../support/client-credentials';
import { createTestApp, type TestApp } from '../support/create-test-app';
import { A_PUBLIC_ADDRESS, StrangersWeb } from '../support/strangers-web';
import type { Answer } from '../support/test-client';
import { aClient } from '../support/test-clients';
import { faultOf } from '../support/verdicts';

const ADDRESS = 'https://client.example/keys.json';

describe('keys that a client publishes (jwks_uri)', () => {
  let app: TestApp;
  let web: StrangersWeb;
  let canary: Server;
  let port: number;
  let touched = 0;

  beforeAll(async () => {
    web = await StrangersWeb.open();
    app = await createTestApp({ network: web });
    canary = createServer((_request, response) => {
      touched++;
      response.end('{"keys":[]}');
    });
    canary.on('connection', () => touched++);
    await new Promise<void>((listening) => canary.listen(0, '127.0.0.1', listening));
    port = (canary.address() as AddressInfo).port;
  });

  afterAll(async () => {
    await app.close();
    await web.close();
    await new Promise((closed) => canary.close(closed));
  });

  beforeEach(() => app.clock.advance(3_601));

  async function send(client: Pick<ArmedClient, 'id' | 'key'>, kid?: string): Promise<Answer> {
    const assertion = await anAssertion(app, client, { header: kid === undefined ? {} : { kid } });
    return sendForm(app, '/oauth/token', { grant_type: 'urn:example:nothing' }, withAssertion(assertion));
  }

  const isKnown = ({ status, body }: Answer) => status === 400 && body.error === 'unsupported_grant_type';

  it('are fetched, kept, and fetched anew for a key that nobody has seen', async () => {
    const [first, second] = [ecKeyPair('first'), ecKeyPair('second')];
    const { id } = await anArmedClient(app, 'private_key_jwt', { jwks_uri: ADDRESS });
    web.json(ADDRESS, { keys: [first.jwk] });
    const send1 = () => send({ id, key: first.privateKey }, 'first');
    const send2 = () => send({ id, key: second.privateKey }, 'second');
    expect([isKnown(await send1()), isKnown(await send1()), web.count(ADDRESS)]).toEqual([true, true, 1]);
    web.json(ADDRESS, { keys: [first.jwk, second.jwk] });
    app.clock.advance(61);
    expect([isKnown(await send2()), isKnown(await send1()), web.count(ADDRESS)]).toEqual([true, true, 2]);
    web.json(ADDRESS, { keys: [second.jwk] });
    app.clock.advance(301);
    expect([isKnown(await send1()), isKnown(await send2())]).toEqual([false, true]);
  });

  it('JWT-22: are asked for by whoever has the client’s id, and not more than once a minute', async () => {
    const url = 'https://asked.example/keys.json';
    const { id } = await anArmedClient(app, 'private_key_jwt', { jwks_uri: url });
    web.json(url, { keys: [ecKeyPair('one').jwk] });
    const stranger = ecKeyPair();
    await Promise.all(
      Array.from({ length: 50 }, (_, number) => send({ id, key: stranger.privateKey }, `kid-${number}`)),
    );
    expect(web.count(url)).toBe(1);
  });

  it('are used while the server of the client is away, and not when it says that they are gone', async () => {
    const url = 'https://away.example/keys.json';
    const pair = ecKeyPair('one');
    const client = { ...(await anArmedClient(app, 'private_key_jwt', { jwks_uri: url })), key: pair.privateKey };
    web.json(url, { keys: [pair.jwk] });
    expect(isKnown(await send(client, 'one'))).toBe(true);
    web.serve(url, '', {}, 502);
    app.clock.advance(3_600);
    expect(isKnown(await send(client, 'one'))).toBe(true);
    web.serve(url, '', {}, 404);
    app.clock.advance(60);
    expect(isKnown(await send(client, 'one'))).toBe(false);
  });

  const inside = () =>
    [
      ...['https://127.0.0.1:PORT/', 'https://localhost:PORT/', 'https://[::1]:PORT/', 'https://[::ffff:7f00:1]:PORT/'],
      ...['https://2130706433:PORT/', 'https://0177.0.0.1:PORT/', 'https://0:PORT/', 'https://app.localhost:PORT/'],
      ...[
        'https://169.254.169.254/latest/',
        'https://100.64.0.1/',
        'https://[fd00::1]/',
        'https://[64:ff9b::7f00:1]:PORT/',
      ],
    ].map((url) => url.replace('PORT', String(port)));

  it('DCR-01: are never fetched from a neighbour, and the answer tells nothing of it', async () => {
    const closed = port - 1;
    const bodies = new Set<string>();
    for (const url of [...inside(), `https://127.0.0.1:${closed}/`]) {
      const client = await anArmedClient(app, 'private_key_jwt', { jwks_uri: url });
      const answer = await send(client);
      expect([url, answer.status, faultOf(answer)]).toEqual([url, 401, null]);
      bodies.add(answer.text);
    }
    expect([touched, web.connections.length, bodies.size]).toEqual([0, web.requests.length, 1]);
    expect([...bodies][0]).toBe('{"error":"invalid_client","error_description":"Client authentication failed."}');
  });

  it('DCR-01: are never fetched from a neighbour by a name, by a redirect, or by a name that turns round', async () => {
    web.point('inside.example', ['127.0.0.1']);
    web.point('mixed.example', [A_PUBLIC_ADDRESS, '10.0.0.1']);
    web.point('turning.example', [A_PUBLIC_ADDRESS], ['127.0.0.1']);
    web.serve('https://turning.example/keys.json', '', {}, 500);
    web.serve('https://redirect.example/keys.json', '', { location: `http://127.0.0.1:${port}/` }, 302);
    const before = web.connections.length;
    for (const host of ['inside.example', 'mixed.example', 'turning.example', 'redirect.example', 'nowhere.example']) {
      const client = await anArmedClient(app, 'private_key_jwt', { jwks_uri: `https://${host}/keys.json` });
      expect((await send(client, 'one')).text).toContain('"Client authentication failed."');
      app.clock.advance(61);
      expect((await send(client, 'two')).status).toBe(401);
    }
    const reached = web.connections.slice(before);
    expect(reached.flatMap(({ addresses }) => addresses).every((address) => address === A_PUBLIC_ADDRESS)).toBe(true);
    expect(reached.map(({ host }) => host)).toEqual(['turning.example', 'redirect.example', 'redirect.example']);
    expect(touched).toBe(0);
  });

  it.each([
    'http://client.example/keys.json',
    'http://127.0.0.1/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'https:///keys',
    'https://user:x@client.example/',
  ])('DCR-01: cannot be registered at %s', async (jwks_uri) => {
    await expect(anArmedClient(app, 'private_key_jwt', { jwks_uri })).rejects.toThrow(/jwks_uri must/);
  });
});

describe('keys that a client registers', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp();
  });

  afterAll(() => app.close());

  it.each<[string, () => object, RegExp]>([
    ['no set', () => [ecKeyPair().jwk], /Key Set/],
    ['an empty set', () => ({ keys: [] }), /hold a key/],
    ['a private key', () => ({ keys: [ecKeyPair().privateKey.export({ format: 'jwk' })] }), /public keys only/],
    ['a symmetric key', () => ({ keys: [{ kty: 'oct', k: 'c2VjcmV0' }] }), /public keys only/],
    ['an RSA key of 1024 bits', () => ({ keys: [weakRsa()] }), /2048 to 4096 bits/],
    ['a point beside the curve', () => ({ keys: [{ ...ecKeyPair().jwk, y: 'AAAA' }] }), /can be used/],
    ['an unknown curve', () => ({ keys: [{ ...ecKeyPair().jwk, crv: 'P-192' }] }), /of type EC/],
    ['a key for another algorithm', () => ({ keys: [{ ...ecKeyPair().jwk, alg: 'RS256' }] }), /name an alg/],
    ['two keys of one id', () => ({ keys: [ecKeyPair('same').jwk, ecKeyPair('same').jwk] }), /same kid/],
    ['ten thousand keys', () => ({ keys: Array.from({ length: 10_000 }, () => ({ kty: 'EC' })) }), /at most 20/],
    ['missing', () => null as unknown as object, /is needed/],
  ])('JWT-14: cannot be %s', async (_what, jwks, reason) => {
    const metadata = { token_endpoint_auth_method: 'private_key_jwt', jwks: jwks() };
    await expect(aClient(app, metadata)).rejects.toThrow(reason);
  });

  it('JWT-14: cannot be exchanged for weak ones later', async () => {
    const { id } = await anArmedClient(app, 'private_key_jwt');
    const redirect_uris = ['https://a.example/'];
    const metadata = { token_endpoint_auth_method: 'private_key_jwt', redirect_uris, jwks: { keys: [weakRsa()] } };
    const by = { address: null, requestId: null, by: 'test' };
    const changed = await app.resolve(ClientRegistrations).change(id, metadata, null, by);
    expect(changed).toMatchObject({ outcome: 'refused', problems: [{ field: 'jwks' }] });
  });
});

function weakRsa(): object {
  return generateKeyPairSync('rsa', { modulusLength: 1_024 }).publicKey.export({ format: 'jwk' });
}
