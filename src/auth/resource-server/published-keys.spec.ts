import { generateKeyPairSync } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { FakeClock } from '../../../test/support/fake-clock';
import { failed, type FetchRequest } from '../../outbound/outbound-fetcher';
import { TemporarilyUnavailable } from '../../protocol/errors';
import { resourceServerTerms } from '../resource-server-options';
import type { IssuerRequests } from './issuer-requests';
import { PublishedKeys } from './published-keys';
import { IssuerDiscovery } from './issuer-discovery';

const ISSUER = 'https://id.example/tenant';
const INSERTED = 'https://id.example/.well-known/oauth-authorization-server/tenant';
const BEHIND = `${ISSUER}/.well-known/openid-configuration`;
const JWKS = 'https://keys.example/jwks.json';

const jwk = (kid: string, more: object = {}) => ({
  ...generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }),
  ...{ kid, alg: 'ES256', use: 'sig', ...more },
});

describe('the keys of a trusted issuer', () => {
  const metadata = { issuer: ISSUER, jwks_uri: JWKS };
  const documents = new Map<string, object>();
  const asked: string[] = [];
  let clock: FakeClock;
  let keys: PublishedKeys;

  beforeAll(() => Logger.overrideLogger(false));

  beforeEach(() => {
    documents.clear();
    documents.set(INSERTED, metadata).set(JWKS, { keys: [jwk('one')] });
    asked.length = 0;
    clock = new FakeClock();
    const requests = {
      fetch: async ({ url }: FetchRequest) => {
        asked.push(url);
        const found = documents.get(url);
        if (found === undefined) return failed('unreachable');
        const body = Buffer.from(JSON.stringify(found));
        return { outcome: 'document', answer: { status: 200, headers: { 'cache-control': 'max-age=300' }, body } };
      },
      report: () => undefined,
    } as unknown as IssuerRequests;
    const terms = resourceServerTerms({ issuer: ISSUER, audience: 'https://api.example' });
    keys = new PublishedKeys(new IssuerDiscovery(terms, requests, clock), clock, requests, terms);
  });

  const outcome = (kid: string) =>
    keys.seek(kid).then(
      (key) => key?.kid ?? 'none',
      (error: unknown) => (error instanceof TemporarilyUnavailable ? 'unavailable' : error),
    );

  it('are found from the issuer alone, at the address of RFC 8414 §3.1, and kept', async () => {
    expect(keys.verificationKey('one')).toBeUndefined();
    expect(await outcome('one')).toBe('one');
    expect(keys.verificationKey('one')?.alg).toBe('ES256');
    expect(await outcome('one')).toBe('one');
    expect(asked).toEqual([INSERTED, JWKS]);
  });

  it('are found by metadata behind the path of the issuer, where its proxy serves no other', async () => {
    documents.delete(INSERTED);
    documents.set(BEHIND, metadata);
    expect(await outcome('one')).toBe('one');
  });

  it.each([
    ['is of another issuer (RFC 8414 §3.3)', { ...metadata, issuer: `${ISSUER}/` }],
    ['names no keys', { issuer: ISSUER }],
    ['names keys that anybody on the way could change', { ...metadata, jwks_uri: 'http://keys.example/jwks.json' }],
  ])('are not looked for where the metadata %s', async (_what, wrong) => {
    documents.set(INSERTED, wrong).set(BEHIND, wrong);
    expect(await outcome('one')).toBe('unavailable');
    expect(asked).not.toContain(JWKS);
  });

  it('DOS-10: are looked up again for an id that nobody knows, once in half a minute', async () => {
    expect(await outcome('two')).toBe('none');
    documents.set(JWKS, { keys: [jwk('one'), jwk('two')] });
    clock.advance(29);
    expect(await outcome('two')).toBe('none');
    clock.advance(1);
    expect(await outcome('two')).toBe('two');
    await Promise.all(Array.from({ length: 100 }, (_, index) => outcome(`no-${index}`)));
    expect(asked.filter((url) => url === JWKS)).toHaveLength(2);
  });

  it('that were withdrawn are forgotten when the issuer says so, within a quarter of an hour', async () => {
    expect(await outcome('one')).toBe('one');
    documents.set(JWKS, { keys: [jwk('two')] });
    clock.advance(300);
    expect(keys.verificationKey('one')).toBeUndefined();
    expect(await outcome('one')).toBe('none');
  });

  it('are used for an hour when the issuer is away, where others cannot be told from strange ones', async () => {
    expect(await outcome('one')).toBe('one');
    documents.clear();
    clock.advance(3_599);
    expect(await outcome('one')).toBe('one');
    expect(keys.verificationKey('one')?.kid).toBe('one');
    expect(await outcome('two')).toBe('unavailable');
    clock.advance(1);
    expect(await outcome('one')).toBe('unavailable');
    expect(keys.verificationKey('one')).toBeUndefined();
  });

  it('do not keep the server from starting', async () => {
    documents.clear();
    await expect(keys.onApplicationBootstrap()).resolves.toBeUndefined();
    documents.set(INSERTED, metadata).set(JWKS, { keys: [jwk('one')] });
    clock.advance(5);
    expect(await outcome('one')).toBe('one');
  });

  it('are for signatures, and have an id', async () => {
    const nameless = { ...jwk('x'), kid: undefined };
    documents.set(JWKS, {
      keys: [jwk('enc', { use: 'enc' }), nameless, jwk('bare', { use: undefined, alg: undefined })],
    });
    expect(await outcome('enc')).toBe('none');
    expect(await outcome('bare')).toBe('bare');
  });
});
