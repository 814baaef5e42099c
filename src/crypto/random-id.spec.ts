import { randomId, randomSecret } from './random-id';

describe('random ids', () => {
  const many = Array.from({ length: 20_000 }, randomId);

  it('are 128 bits in base64url', () => {
    expect(many.every((id) => /^[\w-]{22}$/.test(id) && Buffer.from(id, 'base64url').length === 16)).toBe(true);
  });

  it('can be given to a command line as they are', () => {
    expect(many.filter((id) => id.startsWith('-'))).toEqual([]);
  });

  it('never repeat, across the blocks of random bytes that they are taken from', () => {
    expect(new Set(many).size).toBe(many.length);
  });

  it('use every bit', () => {
    const seen = Buffer.alloc(16);
    for (const id of many.slice(0, 500)) Buffer.from(id, 'base64url').forEach((byte, index) => (seen[index]! |= byte));
    expect(seen).toEqual(Buffer.alloc(16, 0xff));
  });

  it('are different from secrets, which have 256 bits', () => {
    expect(randomSecret()).toHaveLength(32);
    expect(randomSecret()).not.toEqual(randomSecret());
  });
});
