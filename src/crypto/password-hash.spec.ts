import * as argon2 from '@node-rs/argon2';
import fc from 'fast-check';
import { QueueFull } from './bounded-queue';
import {
  hashingConcurrency,
  libuvThreadPoolSize,
  MAX_PASSWORD_BYTES,
  normalizedPassword,
  PasswordHasher,
} from './password-hash';

jest.mock('@node-rs/argon2', () => {
  const actual = jest.requireActual<typeof argon2>('@node-rs/argon2');
  return { ...actual, hash: jest.fn(actual.hash), verify: jest.fn(actual.verify) };
});

const computed = jest.mocked(argon2.verify);
const CHEAP = { memoryKiB: 64, iterations: 1 };
const CHEAP_PREFIX = '$argon2id$v=19$m=64,t=1,p=1$';
const FALSE = { valid: false, needsRehash: false };
const salt = (bytes: number) => Buffer.alloc(bytes, 7).toString('base64').replace(/=+$/, '');

let hasher: PasswordHasher;
let stored: string;

beforeAll(async () => {
  hasher = new PasswordHasher(CHEAP);
  stored = await hasher.hash('correct horse');
});
beforeEach(() => computed.mockClear());

describe('hashing a password', () => {
  it('uses argon2id with 19 MiB and two passes, and keeps the parameters with the hash', async () => {
    const owasp = new PasswordHasher();
    const hash = await owasp.hash('correct horse');
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    await expect(owasp.verify(hash, 'correct horse')).resolves.toEqual({ valid: true, needsRehash: false });
  });

  it('takes a new salt each time', async () => {
    expect(await hasher.hash('correct horse')).not.toBe(stored);
  });

  it.each([
    ['longer than 4096 bytes', 'é'.repeat(MAX_PASSWORD_BYTES / 2) + 'x'],
    ['not well-formed Unicode', 'correct\ud800horse'],
  ])('refuses a password that is %s', async (_what, password) => {
    await expect(hasher.hash(password)).rejects.toThrow(RangeError);
    await expect(hasher.hash('é'.repeat(MAX_PASSWORD_BYTES / 2))).resolves.toContain(CHEAP_PREFIX);
  });

  it.each([{ memoryKiB: 1 }, { memoryKiB: 262_145 }, { iterations: 0 }, { iterations: 17 }, { parallelism: 0 }])(
    'refuses the parameters %p',
    (options) => {
      expect(() => new PasswordHasher(options)).toThrow(RangeError);
    },
  );
});

describe('verifying a password', () => {
  it.each([
    ['with a space at the end', 'correct horse '],
    ['in another case', 'Correct horse'],
    ['with a NUL at the end', 'correct horse\0'],
    ['that is empty', ''],
  ])('AUT-11 refuses one %s', async (_what, password) => {
    await expect(hasher.verify(stored, 'correct horse')).resolves.toEqual({ valid: true, needsRehash: false });
    await expect(hasher.verify(stored, password)).resolves.toEqual(FALSE);
  });

  it('AUT-11 counts every byte beyond the 72nd', async () => {
    const long = 'x'.repeat(1_000);
    const hash = await hasher.hash(`${long}1`);
    expect((await hasher.verify(hash, `${long}1`)).valid).toBe(true);
    expect((await hasher.verify(hash, `${long}2`)).valid).toBe(false);
  });

  it('takes composed and decomposed letters for the same (RFC 8265 §4.2.2), but not compatible ones', async () => {
    const hash = await hasher.hash('Zoe\u0308 m²');
    expect((await hasher.verify(hash, 'Zoë m²')).valid).toBe(true);
    expect((await hasher.verify(hash, 'Zoë m2')).valid).toBe(false);
    expect(normalizedPassword('e\u0308')).toBe('ë');
  });

  it('asks for a new hash when the parameters have changed, of the right password only', async () => {
    const stronger = new PasswordHasher({ memoryKiB: 128, iterations: 1 });
    await expect(stronger.verify(stored, 'correct horse')).resolves.toEqual({ valid: true, needsRehash: true });
    await expect(stronger.verify(stored, 'wrong')).resolves.toEqual(FALSE);
  });

  it.each([
    ['other parameters', '$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4'],
    ['two lanes', '$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc'],
  ])('accepts an argon2id hash that another program made with %s, and asks for a new one', async (_what, foreign) => {
    await expect(hasher.verify(foreign, 'password')).resolves.toEqual({ valid: true, needsRehash: true });
  });

  it.each([
    ['a short salt', { salt: Buffer.alloc(8, 1) }],
    ['a short output', { outputLen: 16 }],
    ['another version', { version: 0 }],
    ['more passes', { timeCost: 2 }],
    ['more lanes', { parallelism: 2 }],
  ])('asks for a new hash when the stored one has %s', async (_what, other) => {
    const hash = await argon2.hash('correct horse', { memoryCost: 64, timeCost: 1, parallelism: 1, ...other });
    await expect(hasher.verify(hash, 'correct horse')).resolves.toEqual({ valid: true, needsRehash: true });
  });
});

describe('AUT-02 one computation with the present parameters, whatever is wrong', () => {
  const phc = (parameters: string, saltBytes = 16, outputBytes = 32) =>
    `${parameters}$${salt(saltBytes)}$${salt(outputBytes)}`;

  it.each<[string, string | null, string]>([
    ['an unknown person', null, 'correct horse'],
    ['an empty hash', '', 'correct horse'],
    ['an unreadable hash', 'not a hash', 'correct horse'],
    ['a hash without an output', `${CHEAP_PREFIX}${salt(16)}$`, 'correct horse'],
    ['a bcrypt hash', '$2b$10$N9qo8uLOickgx2ZMRZoMyeIjZAgcfl7p92ldGxad68LJZdL17lhWy', 'correct horse'],
    ['an argon2i hash', phc('$argon2i$v=19$m=64,t=1,p=1'), 'correct horse'],
    ['an argon2d hash', phc('$argon2d$v=19$m=64,t=1,p=1'), 'correct horse'],
    ['a hash that takes 4 TiB', phc('$argon2id$v=19$m=4294967295,t=1,p=1'), 'correct horse'],
    ['a hash that takes too many passes', phc('$argon2id$v=19$m=64,t=17,p=1'), 'correct horse'],
    ['a hash that takes too many lanes', phc('$argon2id$v=19$m=256,t=1,p=17'), 'correct horse'],
    ['an output that can be guessed', phc('$argon2id$v=19$m=64,t=1,p=1', 16, 4), 'correct horse'],
    ['hardly any salt', phc('$argon2id$v=19$m=64,t=1,p=1', 4), 'correct horse'],
    ['a password of 1 MB', 'the stored hash', 'x'.repeat(1_000_000)],
    ['a password that is not well-formed', 'the stored hash', 'correct horse\udc00'],
    ['a wrong password', 'the stored hash', 'wrong horse'],
  ])('for %s', async (_what, hash, password) => {
    const verification = await hasher.verify(hash === 'the stored hash' ? stored : hash, password);
    expect(verification).toEqual(FALSE);
    expect(computed).toHaveBeenCalledTimes(1);
    const [used, bytes] = computed.mock.calls[0] ?? [];
    expect(used).toContain(CHEAP_PREFIX);
    expect(used).not.toBe(hash);
    expect(bytes?.length).toBeLessThanOrEqual(MAX_PASSWORD_BYTES);
  });

  it('nothing is computed in advance: the dummy hash is there from the start', async () => {
    jest.mocked(argon2.hash).mockClear();
    await new PasswordHasher(CHEAP).verify(null, 'correct horse');
    expect(argon2.hash).not.toHaveBeenCalled();
    expect(computed).toHaveBeenCalledTimes(1);
  });
});

describe('the load that hashing may be', () => {
  it('AUT-10 turns a sign-in away when too many wait', async () => {
    const small = new PasswordHasher({ ...CHEAP, concurrency: 1, capacity: 1 });
    const attempts = [stored, null, 'unreadable'].map((hash) => small.verify(hash, 'correct horse'));
    expect(small.waiting).toBe(1);
    const outcomes = await Promise.allSettled([...attempts, small.hash('correct horse')]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected']);
    expect(outcomes[2]).toMatchObject({ reason: expect.any(QueueFull) as unknown });
  });

  it.each([
    [2, 4, 2],
    [16, 4, 2],
    [16, 24, 16],
    [1, 4, 1],
    [8, 3, 1],
    [8, 1, 1],
  ])('with %d processors and %d threads is %d at once', (processors, threads, expected) => {
    expect(hashingConcurrency(processors, threads)).toBe(expected);
  });

  it.each([
    [undefined, 4],
    ['16', 16],
    ['0', 1],
    ['-3', 1],
    ['many', 1],
    ['5000', 1_024],
  ])('reads UV_THREADPOOL_SIZE=%s as %d threads, as libuv does', (variable, expected) => {
    expect(libuvThreadPoolSize(variable)).toBe(expected);
  });
});

describe('whatever is stored or typed', () => {
  const anyText = fc.string({ unit: fc.nat({ max: 0xffff }).map((unit) => String.fromCharCode(unit)) });
  const mutilated = fc.tuple(fc.nat({ max: 120 }), fc.nat({ max: 3 }), fc.string({ maxLength: 3 })).map(
    ([at, removed, put]) =>
      (hash: string) =>
        hash.slice(0, at) + put + hash.slice(at + removed),
  );

  it('no text in the place of a hash makes verifying fail or succeed', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, anyText, async (hash, password) => {
        expect(await hasher.verify(hash, password)).toEqual(FALSE);
      }),
    );
  });

  it('no change to a stored hash makes verifying fail', async () => {
    await fc.assert(
      fc.asyncProperty(mutilated, async (mutilate) => {
        const { valid } = await hasher.verify(mutilate(stored), 'wrong horse');
        expect(valid).toBe(false);
      }),
      { numRuns: 200 },
    );
  });
});
