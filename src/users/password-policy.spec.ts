import { dictionary } from '@zxcvbn-ts/language-common';
import fc from 'fast-check';
import { checkPassword, type PasswordContext } from './password-policy';

const anyText = fc.string({ unit: fc.nat({ max: 0xffff }).map((unit) => String.fromCharCode(unit)), maxLength: 300 });
const mallory: PasswordContext = {
  username: 'marcellinus',
  email: 'm.ammianus@roma.example',
  displayName: 'Ammianus Marcellinus Rufus',
};

async function problems(password: string, context: PasswordContext = {}): Promise<string[]> {
  const verdict = await checkPassword(password, context);
  return verdict.ok ? [] : verdict.problems;
}

const only = (pattern: RegExp) => [expect.stringMatching(pattern) as unknown];
const COMMON = only(/attackers try first/);
const PERSONAL = only(/little more than a name/);
const GUESSABLE = only(/easy to guess/);

describe('AUT-11 a password that may be set', () => {
  it.each([
    ['of 8 characters', 'v7#Kq2xZ'],
    ['of 8 emoji', '🦊🌲🚲🎷🧀🪐🐙🥁'],
    ['with spaces', 'correct horse battery staple'],
    ['that begins and ends with spaces', '  kvxq zbtw  '],
    ['in small letters only', 'kwxvzqjbtpmf'],
    ['of letters from any script', 'чугунный енот 鉄のたぬき'],
    ['with control characters', 'kvx\0q\tzbtw\n'],
    ['of 64 characters', 'kvxqzbtw'.split('').join('7#Kq2xZ')],
    ['of 256 characters', 'kwxvzqjbtpmf 7#Kq2xZ'.repeat(13).slice(0, 256)],
    ['of 256 characters outside the basic plane', '🦊🌲🚲🎷🧀🪐🐙🥁🧭🪕'.repeat(26).slice(0, 512)],
  ])('is one %s', async (_what, password) => {
    expect(await problems(password, mallory)).toEqual([]);
  });
});

describe('AUT-11 the length of a password (NIST SP 800-63B §5.1.1.2)', () => {
  it.each([
    ['nothing', ''],
    ['7 characters', 'v7#Kq2x'],
    ['7 emoji', '🦊🌲🚲🎷🧀🪐🐙'],
    ['8 code points that are 7 letters', 'v7#Kq2e\u0301'],
  ])('%s are too few', async (_what, password) => {
    expect(await problems(password)).toEqual(only(/fewer than 8/));
  });

  it.each([
    ['257 characters', 'kwxvzqjbtpmf 7#Kq2xZ'.repeat(13).slice(0, 257)],
    ['1 MB', 'x'.repeat(1_000_000)],
    ['1 MB of half characters', '\ud800'.repeat(500_000)],
  ])('%s are too many', async (_what, password) => {
    expect(await problems(password)).toEqual(only(/more than 256/));
  });

  it('half a character is refused, since UTF-8 has no form for it', async () => {
    expect(await problems('v7#Kq2xZ\ud800')).toEqual(only(/half a character/));
  });
});

describe('AUT-11 common passwords', () => {
  it('refuses each of the 3000 most common ones that is long enough', async () => {
    const common = dictionary['passwords-common'].slice(0, 3_000).filter((word) => word.length >= 8);
    expect(common.length).toBeGreaterThan(500);
    for (const word of common) expect([word, await problems(word)]).toEqual([word, COMMON]);
  });

  it.each([
    ['in another case', 'PaSsWoRd'],
    ['backwards', 'looprevil'],
    ['in fullwidth letters', 'ｐａｓｓｗｏｒｄ'],
    ['with digits and signs for letters', 'p@$$w0rd'],
    ['with 1 for i', 'm1chelle'],
    ['with 1 for l', '1iverpoo1'],
    ['with digits for letters, backwards', 'l00prev1l'],
  ])('refuses one %s', async (_how, password) => {
    expect(await problems(password)).toEqual(COMMON);
  });
});

describe('AUT-11 passwords made of names', () => {
  it.each([
    ['the product', 'gatehouse'],
    ['the product and little more', 'Gatehouse#1'],
    ['the product twice', 'gatehousegatehouse'],
    ['the user name', 'Marcellinus'],
    ['the user name and little more', '#marcellinus1'],
    ['the e-mail address', 'm.ammianus@roma.example'],
    ['a word of the e-mail address', 'ammianus12'],
    ['the display name without its spaces', 'AmmianusMarcellinusRufus'],
    ['words of several names', 'rufus@gatehouse'],
    ['the user name in fullwidth letters', 'ｍarcellinus'],
  ])('refuses %s', async (_what, password) => {
    expect(await problems(password, mallory)).toEqual(PERSONAL);
  });

  it('accepts one that contains a name among much else', async () => {
    expect(await problems('marcellinus kvxqzbtw', mallory)).toEqual([]);
  });

  it('knows the names of nobody else', async () => {
    expect(await problems('ammianus.marcellinus')).toEqual([]);
  });

  it('counts a name within the password as something that an attacker tries', async () => {
    expect(await problems('kvxqzb12', {})).toEqual([]);
    expect(await problems('kvxqzb1987', { displayName: 'Kvxqzb' })).toEqual(GUESSABLE);
  });

  it('ignores parts of names too short to mean anything', async () => {
    expect(await problems('v7#Kq2xZ', { username: 'v7', displayName: 'Kq x z' })).toEqual([]);
  });
});

describe('AUT-11 passwords easy to guess', () => {
  it.each([
    ['one letter', 'a'.repeat(200)],
    ['a beginning of one letter, whatever follows', `${'a'.repeat(64)}v7#Kq2xZ kwxvzqjbtpmf`],
    ['a row of keys', 'qwertyuiop=-'],
    ['a season and a year', 'summer2024'],
    ['a repeated word', 'abcabcabcabc'],
    ['a date', '23.11.1987'],
    ['a common one with an ending', 'liverpool9'],
  ])('refuses %s', async (_what, password) => {
    expect(await problems(password)).toEqual(GUESSABLE);
  });
});

describe('what checking costs', () => {
  it.each([['a'], ['('], [' '], ['1!|7'], ['<>/\\^_'], ['\u0301'], ['\ud83e']])(
    'INJ-14 a megabyte of %p is refused, for which what takes time to the square would need hours',
    async (unit) => expect(await problems(unit.repeat(1_000_000))).toEqual(only(/more than 256/)),
  );

  it('INJ-14 long names cost no more than short ones', async () => {
    const long = 'ab 1l4@'.repeat(150_000);
    const context = { username: long, email: long, displayName: long };
    expect(await problems('kvxqzbtw', context)).toEqual([]);
  });

  it('INJ-14 no password that may be set holds the event loop up', async () => {
    const signs = [...'4@8({[<63#69&1!|70$5+72%><'];
    const password = Array.from(
      { length: 256 },
      (_, index) => signs[(index * index * 7 + index * 3) % signs.length],
    ).join('');
    const costs: number[] = [];
    for (let turn = 0; turn < 5; turn++) {
      const before = process.cpuUsage();
      await checkPassword(password, mallory);
      costs.push(process.cpuUsage(before).user / 1_000);
    }
    // Compilers and collections of garbage disturb some of them.
    expect(Math.min(...costs)).toBeLessThan(100);
  });
});

describe('whatever is typed', () => {
  it('the check gives a verdict, whose problems do not repeat the password', async () => {
    await fc.assert(
      fc.asyncProperty(anyText, anyText, async (password, name) => {
        const found = await problems(password, { username: name, email: name, displayName: name });
        expect(found.every((problem) => password.length < 8 || !problem.includes(password))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});

describe('the word list and the estimator', () => {
  afterEach(() => jest.dontMock('@zxcvbn-ts/core'));

  it('are loaded at the first password of the right length, once', async () => {
    let loads = 0;
    jest.doMock('@zxcvbn-ts/core', () => {
      loads += 1;
      return jest.requireActual<object>('@zxcvbn-ts/core');
    });
    await jest.isolateModulesAsync(async () => {
      const policy = jest.requireActual<{ checkPassword: typeof checkPassword }>('./password-policy');
      await policy.checkPassword('short', {});
      expect(loads).toBe(0);
      await Promise.all([policy.checkPassword('kvxqzbtw', {}), policy.checkPassword('kvxqzbtw', {})]);
      expect(loads).toBe(1);
    });
  });

  it('are loaded at the next password when they could not be loaded at this one', async () => {
    let broken = true;
    jest.doMock('@zxcvbn-ts/core', () => {
      if (broken) throw new Error('out of file descriptors');
      return jest.requireActual<object>('@zxcvbn-ts/core');
    });
    await jest.isolateModulesAsync(async () => {
      const policy = jest.requireActual<{ checkPassword: typeof checkPassword }>('./password-policy');
      await expect(policy.checkPassword('kvxqzbtw', {})).rejects.toThrow('out of file descriptors');
      broken = false;
      await expect(policy.checkPassword('kvxqzbtw', {})).resolves.toEqual({ ok: true });
    });
  });
});
