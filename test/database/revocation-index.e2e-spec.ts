import { setTimeout as sleep } from 'node:timers/promises';
import { Reader } from '../../src/database/reader';
import { TemporarilyUnavailable } from '../../src/protocol/errors';
import type { AccessTokenClaims } from '../../src/tokens/access-token-claims';
import { aFamily } from '../support/token-orders';
import { CoreNode } from '../support/core-node';
import { createTestApp } from '../support/create-test-app';
import { FakeClock } from '../support/fake-clock';
import { onPostgres } from '../support/test-database';

describe('RevocationIndex', () => {
  let clock: FakeClock;
  let node: CoreNode;
  let other: CoreNode;
  let claims: AccessTokenClaims;
  let number = 0;

  beforeAll(async () => {
    clock = new FakeClock();
    const env = { ACCESS_TOKEN_LIFETIME: '900', CLOCK_TOLERANCE: '5' };
    node = await CoreNode.start({ clock, env });
    other = await CoreNode.start({ clock, env, database: node.open.database });
    for (const each of [node, other]) {
      await each.families.onModuleInit();
      await each.revocations.onApplicationBootstrap();
    }
  });

  afterAll(async () => {
    jest.restoreAllMocks();
    await other.stop();
    await node.drop();
  });

  beforeEach(() => {
    const id = ++number;
    const iat = clock.now() / 1_000;
    const names = { sub: `user-${id}`, sid: `session-${id}`, family: `family-${id}`, jti: `token-${id}` };
    claims = { ...names, iss: 'x', aud: 'x', client_id: 'x', scope: '', iat, exp: iat + 900 };
  });

  const revoke = (by: CoreNode, how: (node: CoreNode) => (transaction: never) => Promise<unknown>) =>
    by.open.unitOfWork.run((transaction) => how(by)(transaction as never));
  const seenBy = async (each: CoreNode, milliseconds: number) => {
    const end = performance.now() + milliseconds;
    while (!each.revocations.isRevoked(claims) && performance.now() < end) await sleep(10);
    return each.revocations.isRevoked(claims);
  };

  it.each<[string, (by: CoreNode) => Promise<unknown>]>([
    [
      'its id',
      (by) =>
        revoke(
          by,
          ({ revoker }) =>
            (transaction) =>
              revoker.revokeAccessToken(transaction, claims.jti),
        ),
    ],
    [
      'its family',
      async (by) => {
        const family = aFamily(by.settings);
        const { familyId } = await by.open.unitOfWork.run((transaction) => by.families.start(transaction, family));
        claims = { ...claims, family: familyId };
        await revoke(
          by,
          ({ revoker }) =>
            (transaction) =>
              revoker.revokeFamily(transaction, familyId, 'x'),
        );
      },
    ],
    [
      'its session',
      (by) =>
        revoke(
          by,
          ({ revoker }) =>
            (transaction) =>
              revoker.revokeSessions(transaction, [claims.sid!], 'x'),
        ),
    ],
    [
      'its person',
      (by) => {
        clock.advance(1);
        return revoke(
          by,
          ({ revoker }) =>
            (transaction) =>
              revoker.revokeUser(transaction, claims.sub),
        );
      },
    ],
  ])('knows a token revoked by %s at once, and within a second on another node', async (_what, revoking) => {
    expect(node.revocations.isRevoked(claims)).toBe(false);
    await revoking(node);
    expect(node.revocations.isRevoked(claims)).toBe(true);
    expect(await seenBy(other, 1_000)).toBe(true);
    expect(node.revocations.isRevoked({ ...claims, jti: 'a', family: 'b', sid: 'c', sub: 'd' })).toBe(false);
  });

  it('knows nothing of a revocation that was rolled back', async () => {
    const failing = node.open.unitOfWork.run(async (transaction) => {
      await node.revoker.revokeAccessToken(transaction, claims.jti);
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    expect(node.revocations.isRevoked(claims)).toBe(false);
    await node.revocations.refresh();
    expect(node.revocations.isRevoked(claims)).toBe(false);
  });

  it('lets a session begun in or after the second of a revocation of its person live', async () => {
    await revoke(
      node,
      ({ revoker }) =>
        (transaction) =>
          revoker.revokeUser(transaction, claims.sub),
    );
    expect(node.revocations.isRevoked({ ...claims, iat: claims.iat - 1 })).toBe(true);
    expect(node.revocations.isRevoked({ ...claims, iat: claims.iat })).toBe(false);
    const { sid, ...withoutSession } = claims;
    expect(sid).toBeDefined();
    expect(node.revocations.isRevoked(withoutSession)).toBe(true);
    expect(node.revocations.isRevoked({ ...withoutSession, iat: claims.iat + 1 })).toBe(false);
  });

  it('keeps the later of two revocations of a person', async () => {
    await revoke(
      node,
      ({ revoker }) =>
        (transaction) =>
          revoker.revokeUser(transaction, claims.sub),
    );
    const earlier = {
      kind: 'user',
      subject: claims.sub,
      revoked_at: clock.now() - 60_000,
      expires_at: clock.now(),
    } as const;
    node.revocations.add(earlier);
    expect(node.revocations.isRevoked({ ...claims, iat: claims.iat - 1 })).toBe(true);
  });

  it('finds a revocation after a restart', async () => {
    await revoke(
      node,
      ({ revoker }) =>
        (transaction) =>
          revoker.revokeAccessToken(transaction, claims.jti),
    );
    const restarted = await CoreNode.start({ clock, database: node.open.database });
    await restarted.revocations.onApplicationBootstrap();
    expect(restarted.revocations.isRevoked(claims)).toBe(true);
    await restarted.stop();
  });

  it('forgets a note, in memory and in the database, once no token that it speaks of can be valid', async () => {
    await revoke(
      node,
      ({ revoker }) =>
        (transaction) =>
          revoker.revokeAccessToken(transaction, claims.jti),
    );
    clock.advance(900 + 2 * 5);
    await node.revocations.refresh();
    expect(node.revocations.isRevoked(claims)).toBe(true);
    clock.advance(61);
    await node.revocations.refresh();
    await node.sweeper.sweep();
    expect(node.revocations.isRevoked(claims)).toBe(false);
    expect(await node.open.reader.query('SELECT * FROM revocations')).toEqual([]);
  });

  it('finds what was revoked after everything before was swept away: no number is given twice', async () => {
    clock.advance(2_000);
    await node.sweeper.sweep();
    await revoke(
      node,
      ({ revoker }) =>
        (transaction) =>
          revoker.revokeAccessToken(transaction, claims.jti),
    );
    expect(await seenBy(other, 1_000)).toBe(true);
  });

  it('refuses to answer when the database has not been seen for ten seconds, and answers again by itself', async () => {
    const present = performance.now();
    const now = jest.spyOn(performance, 'now').mockReturnValue(present + 10_600);
    expect(() => node.revocations.isRevoked(claims)).toThrow(TemporarilyUnavailable);
    await node.revocations.refresh();
    expect(node.revocations.isRevoked(claims)).toBe(false);
    now.mockRestore();
  });

  it('lets nobody in at a guarded route meanwhile, and says when to come back', async () => {
    const app = await createTestApp();
    await app.register('alice');
    const alice = app.withToken((await app.login('alice')).body.access_token as string);
    expect((await alice.get('/protected')).status).toBe(200);
    const read = jest.spyOn(app.resolve(Reader), 'query').mockRejectedValue(new Error('away'));
    const present = performance.now();
    const now = jest.spyOn(performance, 'now').mockImplementation(() => present + 10_600);
    const answer = await alice.get('/protected');
    now.mockRestore();
    read.mockRestore();
    expect([answer.status, answer.body.code]).toEqual([503, 'temporarily_unavailable']);
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    await app.close();
  });

  it('refuses to answer before it has looked at the database', async () => {
    const fresh = await CoreNode.start({ clock, database: node.open.database });
    const now = jest.spyOn(performance, 'now').mockReturnValue(5);
    expect(() => fresh.revocations.isRevoked(claims)).toThrow(TemporarilyUnavailable);
    now.mockRestore();
    await fresh.stop();
  });

  it('reads again only what is new, once the overlap has passed', async () => {
    const queries: unknown[][] = [];
    const query = jest.spyOn(node.open.reader, 'query').mockImplementation(async (_sql, parameters) => {
      queries.push([...(parameters ?? [])]);
      return [];
    });
    const present = performance.now();
    const now = jest.spyOn(performance, 'now').mockReturnValue(present + 100_000);
    await node.revocations.refresh();
    now.mockReturnValue(present + 116_000);
    await node.revocations.refresh();
    now.mockRestore();
    query.mockRestore();
    const [newest] = await node.open.reader.query<{ seq: number }>('SELECT MAX(seq) AS seq FROM revocations');
    expect(queries.at(-1)).toEqual([newest!.seq]);
  });

  if (onPostgres) {
    it('sees a revocation that was numbered early and committed late', async () => {
      const lateClaims = { ...claims, jti: 'late' };
      let early: Promise<unknown> | undefined;
      await node.open.unitOfWork.run(async (transaction) => {
        await node.revoker.revokeAccessToken(transaction, 'late');
        early = revoke(
          node,
          ({ revoker }) =>
            (inner) =>
              revoker.revokeAccessToken(inner, claims.jti),
        );
        await early;
        expect(await seenBy(other, 1_000)).toBe(true);
        await sleep(700);
        expect(other.revocations.isRevoked(lateClaims)).toBe(false);
      });
      await sleep(700);
      expect(other.revocations.isRevoked(lateClaims)).toBe(true);
    });
  }

  it('looks at no note again before its time has come, and forgets each when it has', async () => {
    const lone = await CoreNode.start({ clock: new FakeClock() });
    const { revocations } = lone;
    let looks = 0;
    const note = (subject: string, lifetime: number) => ({
      ...{ kind: 'session' as const, subject, revoked_at: lone.clock.now() },
      get expires_at(): number {
        looks++;
        return this.revoked_at + lifetime;
      },
    });
    const isKnown = (subject: string) => revocations.isRevoked({ ...claims, sid: subject });
    const pass = async (seconds: number) => {
      lone.clock.advance(seconds);
      looks = 0;
      await revocations.refresh();
      return looks;
    };
    revocations.add({ ...note('first', 100_000), kind: 'token' });
    await pass(0);
    for (let index = 0; index < 1_000; index++) revocations.add(note(`lone-${index}`, 100_000));
    revocations.add({ ...note('ahead', 1e9), kind: 'family' });
    revocations.add({ ...note('behind', 100_000), kind: 'family' });
    expect(await pass(50)).toBeLessThan(10);
    // One that is told again lives on, and does not keep those behind it from being forgotten.
    revocations.add(note('lone-0', 100_000));
    expect(await pass(51)).toBeLessThan(1_010);
    expect([isKnown('lone-0'), isKnown('lone-1'), isKnown('lone-999')]).toEqual([true, false, false]);
    expect(revocations.isRevoked({ ...claims, family: 'behind' })).toBe(true);
    await pass(600);
    expect(revocations.isRevoked({ ...claims, family: 'behind' })).toBe(false);
    expect(revocations.isRevoked({ ...claims, family: 'ahead' })).toBe(true);
    await lone.drop();
  });
});
