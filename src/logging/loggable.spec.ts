import { QueryFailedError } from 'typeorm';
import { loggable, loggableText } from './loggable';

describe('a text in the log', () => {
  it.each([
    ['Bearer abcdefgh.ijkl-1234', 'Bearer [credentials]'],
    ['authorization: DPoP abcdefghijkl', 'authorization: DPoP [credentials]'],
    ['got eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln!', 'got [token]!'],
    ['connect to postgres://gate:hunter2@db.example/x', 'connect to postgres://[credentials]@db.example/x'],
  ])('bears no credentials: %s', (text, logged) => {
    expect(loggableText(text)).toBe(logged);
  });

  it('is capped, and says how long it was (INJ-09)', () => {
    expect(loggableText('x'.repeat(100_000))).toBe(`${'x'.repeat(1_000)}… (100000 characters)`);
  });

  it('shows characters that mislead readers by their numbers (INJ-09)', () => {
    expect(loggableText('a\u2028b\u202ec\u0085d\ufeff')).toBe('a\\u2028b\\u202ec\\u0085d\\ufeff');
  });

  it.each([
    'eyJ'.repeat(400_000),
    'bearer '.repeat(200_000),
    `${'a'.repeat(1_000_000)}://`,
    'a@'.repeat(600_000),
    '://'.repeat(400_000),
  ])('looks through a megabyte, for which what takes time to the square would need hours (INJ-14): %.10s', (text) => {
    expect(loggableText(text, 8_000).length).toBeLessThan(9_000);
  });
});

describe('a value in the log', () => {
  const secretNames = [
    ...[
      'password',
      'newPassword',
      'passwd',
      'access_token',
      'refreshToken',
      'id_token',
      'token',
      'client_secret',
      'secret',
    ],
    ...[
      'authorization',
      'Authorization',
      'cookie',
      'set-cookie',
      'code',
      'code_verifier',
      'client_assertion',
      'x-csrf-token',
    ],
    ...['apiKey', 'encryption_key', 'privateKey', 'otp', 'user_code', 'dpop', 'nonce', 'state', 'parameters'],
  ];

  it.each(secretNames)('has no %s', (name) => {
    expect(loggable({ [name]: 'hunter2', deep: [{ [name]: 'hunter2' }] })).toEqual({
      [name]: '[redacted]',
      deep: [{ [name]: '[redacted]' }],
    });
  });

  it.each(['username', 'status', 'route', 'kid', 'token_type', 'codec', 'encoding', 'monkey'])(
    'keeps its %s',
    (name) => {
      expect(loggable({ [name]: 'x' })).toEqual({ [name]: 'x' });
    },
  );

  it('is cut where it is too deep, too long or of no use', () => {
    expect(loggable({ a: { b: { c: { d: { e: {} } } } } })).toEqual({ a: { b: { c: { d: { e: '[deeper]' } } } } });
    expect(loggable(Array.from({ length: 1_000 }, () => 1))).toHaveLength(50);
    expect(loggable({ a: Buffer.from('hunter2'), b: () => 1, c: 1n, d: new Map([['x', 1]]), e: Symbol('s') })).toEqual({
      a: '[7 bytes]',
      b: '[function]',
      c: '1',
      d: '[1 entries]',
      e: 'Symbol(s)',
    });
  });

  it('ends where it points at itself', () => {
    const round: Record<string, unknown> = {};
    round['self'] = round;
    expect(JSON.stringify(loggable(round))).toContain('[deeper]');
  });

  it('of an error has type, message, code, stack and causes, and none of its other fields', () => {
    const cause = Object.assign(new Error('duplicate'), {
      code: '23505',
      detail: 'Key (email)=(ada@example.com) exists',
    });
    const logged = loggable(new QueryFailedError('INSERT hunter2', ['hunter2'], cause));
    expect(logged).toMatchObject({ type: 'QueryFailedError', message: 'duplicate', code: '23505' });
    expect(JSON.stringify(logged)).not.toMatch(/hunter2|ada@/);
    expect(loggable(new Error('a', { cause: new TypeError('b') }))).toMatchObject({
      type: 'Error',
      stack: expect.stringContaining('loggable.spec') as string,
      cause: { type: 'TypeError', message: 'b' },
    });
  });
});
