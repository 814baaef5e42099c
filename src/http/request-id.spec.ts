import { requestIdOf } from './request-id';

const idOf = (sent?: string | string[]) => requestIdOf({ headers: sent === undefined ? {} : { 'x-request-id': sent } });

describe('the id of a request', () => {
  it.each(['a', 'A-1_b.2', '550e8400-e29b-41d4-a716-446655440000', 'x'.repeat(64)])(
    'is the one that was sent: %s',
    (sent) => {
      expect(idOf(sent)).toBe(sent);
    },
  );

  it.each(['', 'x'.repeat(65), 'a b', 'a\r\nSet-Cookie: x=1', '{"level":"info"}', 'ä', '<b>', ['a', 'b'], undefined])(
    'is made where %j was sent (INJ-09)',
    (sent) => {
      expect(idOf(sent)).toMatch(/^[\w-]{22}$/);
    },
  );

  it('is never made twice', () => {
    expect(new Set(Array.from({ length: 1_000 }, () => idOf())).size).toBe(1_000);
  });
});
