import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { InvalidToken } from '../../src/protocol/errors';
import { ACCESS_TOKEN_TYPE } from '../../src/tokens/access-token-claims';
import { CoreNode, type CoreNodeOptions } from '../support/core-node';
import { FakeClock } from '../support/fake-clock';
import { createTestDatabase, type TestDatabase } from '../support/test-database';

const key = () => randomBytes(32).toString('base64');
const KEY = key();
const env = (encryptionKey = KEY, others: Readonly<Record<string, string>> = {}) => ({
  KEY_ENCRYPTION_KEY: encryptionKey,
  KEY_ROTATION_INTERVAL: '86400',
  ACCESS_TOKEN_LIFETIME: '900',
  CLOCK_TOLERANCE: '5',
  ...others,
});

describe('keys', () => {
  let database: TestDatabase;
  let clock: FakeClock;
  let node: CoreNode;
  const others: CoreNode[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
  });

  beforeEach(async () => {
    clock = new FakeClock();
    node = await CoreNode.start({ clock, env: env(), database });
    await node.open.unitOfWork.run(async (transaction) => {
      for (const table of ['signing_keys', 'server_secrets', 'audit_events']) {
        await transaction.change(`DELETE FROM ${table}`);
      }
    });
  });

  afterEach(async () => {
    for (const each of [node, ...others.splice(0)]) await each.stop();
  });

  afterAll(() => database.drop());

  async function another(options: Partial<CoreNodeOptions> = {}): Promise<CoreNode> {
    const other = await CoreNode.start({ clock, env: env(), database, ...options });
    others.push(other);
    return other;
  }

  const states = async () =>
    (await node.open.reader.query<{ state: string }>('SELECT state FROM signing_keys ORDER BY created_at, state')).map(
      ({ state }) => state,
    );
  const token = (by: CoreNode) => {
    const iat = clock.now() / 1_000;
    const claims = {
      ...{ iss: by.settings.issuer, aud: by.settings.tokens.audience, sub: 'u', client_id: 'c', scope: '' },
      ...{ jti: randomBytes(8).toString('hex'), iat, exp: iat + 900 },
    };
    return by.signer.sign(claims, ACCESS_TOKEN_TYPE).token;
  };
  const published = (by: CoreNode): string[] =>
    (JSON.parse(by.keyRing.keySet!.body.toString()) as { keys: { kid: string }[] }).keys.map(({ kid }) => kid);

  describe('KeyRing and KeyRotation', () => {
    it('make one active and one next key when two nodes start at once on an empty database', async () => {
      const other = await another();
      await Promise.all([node.load(), other.load()]);
      expect(await states()).toEqual(['active', 'next']);
      expect(other.keyRing.signingKey.kid).toBe(node.keyRing.signingKey.kid);
      expect(other.keyRing.keySet!.etag).toBe(node.keyRing.keySet!.etag);
      expect(() => other.verifier.verify(token(node))).not.toThrow();
    });

    it('publish the public part only, of a key that does not sign yet too', async () => {
      await node.load();
      const { keys } = JSON.parse(node.keyRing.keySet!.body.toString()) as { keys: Record<string, unknown>[] };
      expect(keys).toHaveLength(2);
      for (const jwk of keys) {
        expect(Object.keys(jwk).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
        expect(jwk).toMatchObject({ alg: 'ES256', crv: 'P-256', kty: 'EC', use: 'sig' });
      }
    });

    it('do not hold up a first start with pairs that take long to make; whoever asks for the keys waits for them', async () => {
      node.keyRing.need('RS256');
      await node.keyRing.onApplicationBootstrap();
      expect(node.keyRing.signingKey.alg).toBe('ES256');
      expect(node.keyRing.keySet).toBeUndefined();
      await node.keyRing.ensure('RS256');
      const waited = await node.keyRing.completeKeySet();
      expect(node.keyRing.keySet).toBe(waited);
      const { keys } = JSON.parse(waited.body.toString()) as { keys: { alg: string }[] };
      expect(keys.map(({ alg }) => alg)).toEqual(['ES256', 'ES256', 'RS256', 'RS256']);
    });

    it('keep what they are making before the database closes', async () => {
      node.keyRing.need('RS256');
      await node.keyRing.onApplicationBootstrap();
      await node.keyRing.beforeApplicationShutdown();
      expect(await states()).toEqual(['active', 'active', 'next', 'next']);
    });

    it('make a pair when it is needed where that failed at the start', async () => {
      node.keyRing.need('RS256');
      const ensureKeys = node.rotation.ensureKeys.bind(node.rotation);
      let calls = 0;
      jest
        .spyOn(node.rotation, 'ensureKeys')
        .mockImplementation((names) =>
          ++calls === 2 ? Promise.reject(new Error('The database is gone.')) : ensureKeys(names),
        );
      await node.load();
      expect(node.logged.join()).toContain('Not all keys could be made');
      expect(() => node.keyRing.signingKeyFor('RS256')).toThrow('no key yet');
      await node.keyRing.ensure('RS256');
      expect(node.keyRing.signingKeyFor('RS256').alg).toBe('RS256');
    });

    it('keep the private part encrypted in the database', async () => {
      await node.load();
      const rows = await node.open.reader.query<{ private_jwk_sealed: string }>(
        'SELECT private_jwk_sealed FROM signing_keys',
      );
      const { d } = node.keyRing.signingKey.privateKey.export({ format: 'jwk' });
      for (const { private_jwk_sealed: sealed } of rows) {
        expect(sealed).toMatch(/^v1\./);
        expect(sealed).not.toContain(d);
      }
    });

    it('do not rotate before every client can have seen the next key, unless told to', async () => {
      await node.load();
      expect(await node.rotation.rotate()).toEqual({ outcome: 'too-soon', seconds: 600 });
      clock.advance(599);
      expect(await node.rotation.rotate()).toEqual({ outcome: 'too-soon', seconds: 1 });
      expect(await node.rotation.rotate({ atOnce: true })).toMatchObject({ outcome: 'rotated' });
    });

    it('rotate: the next key signs, the old one still verifies, and a new next one is published', async () => {
      const other = await (await another()).load();
      await node.load();
      const [old, next] = [
        node.keyRing.signingKey.kid,
        published(node).find((kid) => kid !== node.keyRing.signingKey.kid),
      ];
      const before = token(node);
      const etag = node.keyRing.keySet!.etag;
      clock.advance(600);
      expect(await node.rotation.rotate()).toEqual({ outcome: 'rotated', kid: next });
      for (const each of [node, other]) await each.keyRing.refresh();
      for (const each of [node, other]) {
        expect(each.keyRing.signingKey.kid).toBe(next);
        expect(published(each)).toHaveLength(3);
        expect(published(each)).toContain(old);
        expect(each.keyRing.keySet!.etag).not.toBe(etag);
        expect(() => each.verifier.verify(before)).not.toThrow();
        expect(() => each.verifier.verify(token(node))).not.toThrow();
      }
      expect((await states()).sort()).toEqual(['active', 'next', 'retiring']);
    });

    it('see a rotation of another node by themselves within two seconds', async () => {
      const other = await (await another()).load();
      await node.load();
      await node.rotation.rotate({ atOnce: true });
      await node.keyRing.refresh();
      const end = performance.now() + 2_000;
      while (other.keyRing.signingKey.kid !== node.keyRing.signingKey.kid && performance.now() < end) await sleep(20);
      expect(other.keyRing.signingKey.kid).toBe(node.keyRing.signingKey.kid);
    });

    it('sweep a retired key away once nothing that it signed can be valid, and not before', async () => {
      await node.load();
      const old = node.keyRing.signingKey.kid;
      await node.rotation.rotate({ atOnce: true });
      // The longest that a key signs are ID tokens.
      clock.advance(3_600 + 5 + 3_600);
      await node.sweeper.sweep();
      await node.keyRing.refresh();
      expect(node.keyRing.verificationKey(old)).toBeDefined();
      clock.advance(1);
      await node.sweeper.sweep();
      await node.keyRing.refresh();
      expect(node.keyRing.verificationKey(old)).toBeUndefined();
      expect(published(node)).toHaveLength(2);
    });

    it('revoke a leaked key: what it signed is refused at once, remembered or not', async () => {
      await node.load();
      const [seen, unseen] = [token(node), token(node)];
      node.verifier.verify(seen);
      expect(await node.rotation.rotate({ revoke: true })).toMatchObject({ outcome: 'rotated' });
      await node.keyRing.refresh();
      expect(() => node.verifier.verify(seen)).toThrow(InvalidToken);
      expect(() => node.verifier.verify(unseen)).toThrow(InvalidToken);
      expect(() => node.verifier.verify(token(node))).not.toThrow();
      expect((await states()).sort()).toEqual(['active', 'next']);
    });

    it('rotate by themselves when the active key has signed for KEY_ROTATION_INTERVAL, once for all nodes', async () => {
      const other = await (await another()).load();
      await node.load();
      clock.advance(86_399);
      await Promise.all([node.rotation.rotateWhenDue(), other.rotation.rotateWhenDue()]);
      expect(await states()).toHaveLength(2);
      clock.advance(1);
      await Promise.all([node.rotation.rotateWhenDue(), other.rotation.rotateWhenDue(), node.rotation.rotateWhenDue()]);
      expect((await states()).sort()).toEqual(['active', 'next', 'retiring']);
    });

    it('write a rotation into the audit log', async () => {
      await node.load();
      await node.rotation.rotate({ atOnce: true });
      expect(await node.open.reader.query('SELECT type, outcome FROM audit_events')).toEqual([
        { type: 'key.rotated', outcome: 'success' },
      ]);
    });
  });

  describe('the key-encryption key', () => {
    const sentence =
      /^A secret kept in the database \(".+"\) cannot be decrypted with KEY_ENCRYPTION_KEY: give the key/;

    it('is missed in one sentence when it is not the one in use', async () => {
      await node.load();
      const stranger = await another({ env: env(key()) });
      const startup = { name: 'StartupError', message: expect.stringMatching(sentence) };
      await expect(stranger.keyRing.onApplicationBootstrap()).rejects.toMatchObject(startup);
      await expect(stranger.families.onModuleInit()).rejects.toMatchObject(startup);
      expect(await states()).toEqual(['active', 'next']);
    });

    it('is replaced by giving two: everything is encrypted anew, and the old one can go', async () => {
      await node.load();
      const before = token(node);
      const secret = await node.secrets.get('refresh tokens');
      const replacement = key();
      await (await another({ env: env(`${replacement},${KEY}`) })).load();
      const after = await (await another({ env: env(replacement) })).load();
      expect(after.keyRing.signingKey.kid).toBe(node.keyRing.signingKey.kid);
      expect(await after.secrets.get('refresh tokens')).toEqual(secret);
      expect(() => after.verifier.verify(before)).not.toThrow();
      const late = await another();
      await expect(late.keyRing.onApplicationBootstrap()).rejects.toThrow(sentence);
    });
  });

  describe('ServerSecrets', () => {
    it('are the same on two nodes that ask at once, of 256 bits, and kept encrypted', async () => {
      const other = await another();
      const secrets = await Promise.all([node, other, node, other].map(({ secrets }) => secrets.get('a secret')));
      expect(secrets[0]).toHaveLength(32);
      for (const secret of secrets) expect(secret).toEqual(secrets[0]);
      const [row] = await node.open.reader.query<{ value_sealed: string }>('SELECT value_sealed FROM server_secrets');
      expect(row!.value_sealed).not.toContain(secrets[0]!.toString('base64url'));
    });

    it('differ by name and are not made anew', async () => {
      const [one, two] = [await node.secrets.get('one'), await node.secrets.get('two')];
      expect(one).not.toEqual(two);
      expect(await (await another()).secrets.get('one')).toEqual(one);
    });

    it('are asked for again after a failure', async () => {
      const stranger = await another({ env: env(key()) });
      await node.secrets.get('one');
      await expect(stranger.secrets.get('one')).rejects.toMatchObject({ name: 'StartupError' });
      await node.open.unitOfWork.run((transaction) => transaction.change('DELETE FROM server_secrets'));
      await expect(stranger.secrets.get('one')).resolves.toHaveLength(32);
    });

    it('cannot be put in the place of one another', async () => {
      await Promise.all([node.secrets.get('one'), node.secrets.get('two')]);
      await node.open.unitOfWork.run((transaction) =>
        transaction.change(
          `UPDATE server_secrets SET value_sealed = (SELECT value_sealed FROM server_secrets WHERE name = 'one') WHERE name = 'two'`,
        ),
      );
      await expect((await another()).secrets.get('two')).rejects.toMatchObject({ name: 'StartupError' });
    });
  });
});
