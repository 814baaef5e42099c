import type { FamilyFacts, Rotation } from '../../src/tokens/token-families';
import { CoreNode } from '../support/core-node';
import { FakeClock } from '../support/fake-clock';
import { raceRounds } from '../support/race-rounds';
import type { TestDatabase } from '../support/test-database';
import { aFamily } from '../support/token-orders';

const ROUNDS = raceRounds(1);
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const env = {
  REFRESH_TOKEN_LIFETIME: String(HOUR),
  REFRESH_TOKEN_ABSOLUTE_LIFETIME: String(3 * HOUR),
  REFRESH_REUSE_LEEWAY: '30',
};

describe('TokenFamilies', () => {
  let database: TestDatabase;
  let clock: FakeClock;
  let node: CoreNode;
  let other: CoreNode;
  let strict: CoreNode;

  beforeAll(async () => {
    clock = new FakeClock();
    node = await CoreNode.start({ clock, env });
    database = node.open.database;
    other = await CoreNode.start({ clock, env, database });
    strict = await CoreNode.start({ clock, env: { ...env, REFRESH_REUSE_LEEWAY: '0' }, database });
    for (const each of [node, other, strict]) await each.families.onModuleInit();
  });

  afterAll(async () => {
    await other.stop();
    await strict.stop();
    await node.drop();
  });

  const start = async () => {
    const family = aFamily(node.settings, { scope: 'a b', audience: 'api' });
    return (await node.open.unitOfWork.run((transaction) => node.families.start(transaction, family))).value;
  };
  const known = new Map<string, FamilyFacts>();
  /** As the callers do: what a token was given for is looked up before it is taken. */
  const recognise = async (text: string, by = node) => {
    const token = by.families.read(text)!;
    const family = (await by.families.factsOf(token)) ?? known.get(token.familyId)!;
    known.set(token.familyId, family);
    return { token, family };
  };
  const rotate = async (text: string, by = node) => {
    const { token, family } = await recognise(text, by);
    return by.open.unitOfWork.run((transaction) => by.families.rotate(transaction, token, family));
  };
  const successorOf = (rotation: Rotation) => ('token' in rotation ? rotation.token.value : rotation.outcome);
  const rotateMany = async (token: string, times: number) => {
    let live = token;
    for (let time = 0; time < times; time++) live = successorOf(await rotate(live));
    return live;
  };

  it('rotates a token into another one of the same family', async () => {
    const first = await start();
    const rotation = await rotate(first);
    expect(rotation).toMatchObject({ outcome: 'rotated' });
    const second = successorOf(rotation);
    expect(second).not.toBe(first);
    expect(await rotate(second)).toMatchObject({ outcome: 'rotated' });
    const granted = {
      client_id: 'first-party',
      user_id: null,
      session_id: null,
      scope: 'a b',
      audience: 'api',
      rotates: 1,
    };
    for (const token of [first, second]) expect((await recognise(token)).family).toMatchObject(granted);
  });

  it('keeps neither the token nor its successor in the database', async () => {
    const first = await start();
    const second = successorOf(await rotate(first));
    const stored = JSON.stringify(await node.open.reader.query('SELECT * FROM token_families'));
    expect(stored).not.toContain(first.slice(30));
    expect(stored).not.toContain(second.slice(30));
  });

  it.each([
    ['on one node', () => [node, node]],
    ['over two nodes', () => [node, other]],
  ])('RFR: answers 50 parallel rotations of one token, %s, with one live successor', async (_where, nodes) => {
    for (let round = 0; round < ROUNDS; round++) {
      const first = await start();
      const rotations = await Promise.all(Array.from({ length: 50 }, (_, index) => rotate(first, nodes()[index % 2])));
      expect(rotations.filter(({ outcome }) => outcome === 'rotated')).toHaveLength(1);
      expect(rotations.filter(({ outcome }) => outcome === 'retried')).toHaveLength(49);
      const successors = new Set(rotations.map(successorOf));
      expect(successors.size).toBe(1);
      const [live] = [...successors] as [string];
      expect(await node.families.findLive(live)).not.toBeNull();
      expect(await node.families.findLive(first)).toBeNull();
      for (const token of [first, live]) expect(await node.families.findAnswerable(token)).not.toBeNull();
      node.clock.advance(30);
      expect(await node.families.findAnswerable(first)).toBeNull();
      expect(await node.families.findAnswerable(live)).not.toBeNull();
    }
  });

  it('rotates many tokens in one statement, each by itself', async () => {
    const tokens = await Promise.all(Array.from({ length: 5 }, start));
    const order = [tokens[0]!, tokens[1]!, tokens[0]!, tokens[2]!, tokens[3]!, tokens[4]!];
    const presented = await Promise.all(order.map((token) => recognise(token)));
    const rotations = await node.open.unitOfWork.run((transaction) => node.families.rotateAll(transaction, presented));
    const outcomes = ['rotated', 'rotated', 'retried', 'rotated', 'rotated', 'rotated'];
    expect(rotations.map(({ outcome }) => outcome)).toEqual(outcomes);
    expect(successorOf(rotations[2]!)).toBe(successorOf(rotations[0]!));
  });

  it('answers a retry within the leeway with the live successor, after several further rotations too', async () => {
    const first = await start();
    const second = successorOf(await rotate(first));
    clock.advance(29);
    expect(await rotate(first)).toMatchObject({ outcome: 'retried', token: { value: second } });
    const fifteenth = await rotateMany(second, 13);
    const retried = await rotate(second);
    expect(retried).toMatchObject({ outcome: 'retried', token: { value: fifteenth } });
    expect(await rotate(fifteenth)).toMatchObject({ outcome: 'rotated' });
  });

  it('counts the leeway from the rotation of the token that is presented', async () => {
    const first = await start();
    const second = successorOf(await rotate(first));
    clock.advance(20);
    const third = successorOf(await rotate(second));
    clock.advance(20);
    expect(await rotate(second)).toMatchObject({ outcome: 'retried', token: { value: third } });
    expect(await rotate(first)).toMatchObject({ outcome: 'replayed' });
  });

  it('calls it a replay once the leeway is over, however old the token', async () => {
    const first = await start();
    const second = successorOf(await rotate(first));
    clock.advance(30);
    expect(await rotate(first)).toEqual({ outcome: 'replayed' });
    await rotateMany(second, 40);
    expect(await rotate(first)).toMatchObject({ outcome: 'replayed' });
  });

  it('calls every second use a replay where the leeway is 0', async () => {
    const first = await start();
    expect(await rotate(first, strict)).toMatchObject({ outcome: 'rotated' });
    expect(await rotate(first, strict)).toMatchObject({ outcome: 'replayed' });
  });

  it('leaves a token that does not rotate as it is, and counts its use', async () => {
    const family = aFamily(node.settings, { rotates: false });
    const { value } = await node.open.unitOfWork.run((transaction) => node.families.start(transaction, family));
    for (let use = 0; use < 3; use++) {
      clock.advance(40 * MINUTE);
      expect(await rotate(value)).toMatchObject({ outcome: 'rotated', token: { value } });
    }
    const presented = [await recognise(value), await recognise(value)];
    const both = await node.open.unitOfWork.run((transaction) => node.families.rotateAll(transaction, presented));
    expect(both.map(successorOf)).toEqual([value, value]);
    clock.advance(61 * MINUTE);
    expect(await rotate(value)).toEqual({ outcome: 'expired' });
  });

  it('ends a family that is not used, and moves that end at every use', async () => {
    const unused = await start();
    let used = await start();
    clock.advance(40 * MINUTE);
    used = successorOf(await rotate(used));
    clock.advance(40 * MINUTE);
    expect(await rotate(unused)).toMatchObject({ outcome: 'expired' });
    expect(await node.families.findLive(unused)).toBeNull();
    expect(await rotate(used)).toMatchObject({ outcome: 'rotated' });
  });

  it('never moves the absolute end', async () => {
    let token = await start();
    for (let minute = 0; minute < 170; minute += 10) {
      token = successorOf(await rotate(token));
      clock.advance(10 * MINUTE);
    }
    expect(await rotate(token)).toMatchObject({ outcome: 'rotated' });
    token = successorOf(await rotate(token));
    clock.advance(10 * MINUTE);
    expect(await rotate(token)).toMatchObject({ outcome: 'expired' });
  });

  it('keeps the row of a family in use from being swept, and sweeps it when it has ended', async () => {
    let used = await start();
    const unused = await start();
    await recognise(unused);
    for (let use = 0; use < 3; use++) {
      clock.advance(55 * MINUTE);
      used = successorOf(await rotate(used));
    }
    await node.sweeper.sweep();
    expect(await rotate(used)).toMatchObject({ outcome: 'rotated' });
    expect(await rotate(unused)).toMatchObject({ outcome: 'unknown' });
    clock.advance(3 * HOUR);
    await node.sweeper.sweep();
    expect(await rotate(used)).toMatchObject({ outcome: 'unknown' });
  });

  it('refuses what was revoked, on every node', async () => {
    const first = await start();
    const { family } = await recognise(first);
    const revoke = () =>
      node.open.unitOfWork.run((transaction) =>
        node.families.revoke(transaction, { familyId: family.id }, 'signed-out'),
      );
    expect(await revoke()).toEqual([family.id]);
    expect(await revoke()).toEqual([]);
    expect(await rotate(first, other)).toMatchObject({ outcome: 'revoked' });
  });

  it('does not touch the database for a token that this server never made', async () => {
    const real = await start();
    const forged = `${real.slice(0, -1)}${real.endsWith('A') ? 'Q' : 'A'}`;
    for (const token of [forged, '', 'ghr_', `ghr_${'A'.repeat(86)}`, real.slice(1), `${real} `]) {
      expect(node.families.read(token)).toBeNull();
    }
  });

  it('does not know a token whose family is gone', async () => {
    const token = await start();
    await recognise(token);
    await node.open.unitOfWork.run((transaction) => transaction.change('DELETE FROM token_families'));
    expect(await rotate(token)).toEqual({ outcome: 'unknown' });
    expect(await other.families.factsOf(node.families.read(token)!)).toBeNull();
  });
});
