import fc from 'fast-check';
import { canonicalUsername, isReservedUsername } from './username';

const anyText = fc.string({ unit: fc.nat({ max: 0xffff }).map((unit) => String.fromCharCode(unit)) });
const anyName = fc
  .constantFrom('aZſKßıİéﬁ１\u0307', 'ΑαΣςσᾼΰ\u0345', 'АяЁй\u1c88', '漢ひカーaB', '김가aß', 'مح٣')
  .chain((letters) => fc.string({ unit: fc.constantFrom(...letters, '1', '-', '.'), minLength: 1, maxLength: 12 }));

function accepted(input: string) {
  const outcome = canonicalUsername(input);
  if (!outcome.ok) throw new Error(outcome.reason);
  return outcome;
}

function refusal(input: string): string {
  const outcome = canonicalUsername(input);
  return outcome.ok ? 'accepted' : outcome.reason;
}

describe('a user name', () => {
  it.each([
    ['alice', 'alice', 'alice', 'alice'],
    ['Alice', 'Alice', 'alice', 'alice'],
    ['ａlice', 'alice', 'alice', 'alice'],
    ['𝐚lice', 'alice', 'alice', 'alice'],
    ['Zoe\u0308', 'Zoë', 'zoë', 'zoë'],
    ['Straße', 'Straße', 'strasse', 'strasse'],
    ['ß', 'ß', 'ss', 'ss'],
    ['İ', 'İ', 'i\u0307', 'i'],
    ['1st.o_b-r+x', '1st.o_b-r+x', '1st.o_b-r+x', '1st.o_b-r+x'],
    ['Иван', 'Иван', 'иван', skeleton('иван')],
    ['ユーザー1', 'ユーザー1', 'ユーザー1', skeleton('ユーザー1')],
    ['김철수', '김철수', '김철수', '김철수'],
  ])('%p is shown as %p, is identified by %p and looks like %p', (input, display, canonical, seen) => {
    expect(accepted(input)).toEqual({ ok: true, display, canonical, skeleton: seen });
  });

  function skeleton(input: string): string {
    return accepted(input).skeleton;
  }

  it.each([
    ['is empty', ''],
    ['has 65 characters', 'a'.repeat(65)],
    ['has 65 characters outside the basic plane', '𠀀'.repeat(65)],
    ['has more than 64 characters, though fewer when case-folded', 'J\u030c'.repeat(33)],
    ['has more than 64 characters when case-folded', 'ß'.repeat(33)],
    ['is too long to be read', `@${'a'.repeat(256)}`],
  ])('that %s is refused for its length', (_what, input) => {
    expect(refusal(input)).toMatch(/1 to 64 characters/);
  });

  it.each([['a'.repeat(64)], ['𠀀'.repeat(64)], ['e\u0301'.repeat(64)], ['ß'.repeat(32)]])(
    'may have 64 characters: %p',
    (input) => {
      expect(refusal(input)).toBe('accepted');
    },
  );

  it.each([['alice@rp.test'], ['alice@'], ['alice＠rp.test'], ['alice﹫rp.test']])(
    'that could be an e-mail address is refused: %p',
    (input) => {
      expect(refusal(input)).toMatch(/no @/);
    },
  );

  it.each([
    ['NUL', '\0'],
    ['tab', '\t'],
    ['line feed', '\n'],
    ['carriage return and line feed', '\r\n'],
    ['escape', '\u001b'],
    ['delete', '\u007f'],
    ['a C1 control', '\u0085'],
    ['space', ' '],
    ['no-break space', '\u00a0'],
    ['ideographic space', '\u3000'],
    ['line separator', '\u2028'],
    ['zero-width space', '\u200b'],
    ['zero-width non-joiner', '\u200c'],
    ['word joiner', '\u2060'],
    ['byte-order mark', '\ufeff'],
    ['soft hyphen', '\u00ad'],
    ['right-to-left override', '\u202e'],
    ['right-to-left mark', '\u200f'],
    ['variation selector', '\ufe0f'],
    ['Hangul filler', '\u3164'],
    ['private use', '\ue000'],
    ['an unassigned character', '\u0378'],
    ['a noncharacter', '\ufffe'],
    ['a high surrogate alone', '\ud800'],
    ['a low surrogate alone', '\udc00'],
    ['comma', ','],
    ['semicolon', ';'],
    ['double quote', '"'],
    ['apostrophe', "'"],
    ['curly quote', '\u2019'],
    ['modifier apostrophe', '\u02bc'],
    ['round bracket', '('],
    ['angle bracket', '<'],
    ['square bracket', '['],
    ['slash', '/'],
    ['fullwidth slash', '／'],
    ['backslash', '\\'],
    ['percent', '%'],
    ['colon', ':'],
    ['emoji', '🦊'],
    ['currency', '€'],
    ['an enclosing mark', '\u20dd'],
  ])('with %s is refused', (_what, sign) => {
    expect(refusal(`ali${sign}ce`)).toMatch(/letters, digits and \. _ - \+ only/);
    expect(refusal(`alice${sign}`)).toMatch(/letters, digits and \. _ - \+ only/);
  });

  it.each([['.alice'], ['_alice'], ['-alice'], ['+alice'], ['․alice']])(
    'that starts with a sign is refused: %p',
    (input) => {
      expect(refusal(input)).toMatch(/starts with a letter or a digit/);
    },
  );

  it.each([['alicе'], ['аlice'], ['αlice'], ['alice٣'], ['ᎠᎵᏏ'], ['ひ김']])(
    'in mixed or unusual scripts is refused: %p',
    (input) => {
      expect(refusal(input)).toMatch(/one script/);
    },
  );

  it('never has a reason that repeats what was typed', () => {
    expect(refusal('eve<script>')).not.toContain('eve');
  });
});

describe('AUT-12 a name that passes for another', () => {
  it.each([['ALICE'], ['ａlice'], ['aLiCe'], ['ａＬＩＣＥ'], ['ⓐlice']])('%p is alice', (input) => {
    expect(accepted(input).canonical).toBe('alice');
  });

  it.each([['alicе'], ['alice\u0000'], ['alice\u200b'], ['alice '], ['admin\u202e']])('%p is refused', (input) => {
    expect(refusal(input)).not.toBe('accepted');
  });

  it.each([
    ['İ', 'i\u0307'],
    ['ß', 'SS'],
    ['ẞ', 'ss'],
    ['σίσυφος', 'ΣΊΣΥΦΟΣ'],
    ['ﬁona', 'FIONA'],
    ['Å', 'A\u030a'],
    ['Å', 'å'],
    ['ꙋ', '\u1c88'],
  ])('%p and %p are one', (one, other) => {
    expect(accepted(one).canonical).toBe(accepted(other).canonical);
  });

  it.each([
    ['аӏісе', 'alice'],
    ['ɑlice', 'alice'],
    ['ВОВ', 'bob'],
    ['ΒΟΒ', 'Bob'],
    ['ΝΙΚΟ', 'niko'],
    ['οο', 'oo'],
    ['ոսո', 'nun'],
    ['İvan', 'ivan'],
  ])('%p has the skeleton of %p, of another canonical form', (impostor, name) => {
    expect(accepted(impostor).skeleton).toBe(accepted(name).skeleton);
    expect(accepted(impostor).canonical).not.toBe(accepted(name).canonical);
  });

  it.each([
    ['admin'],
    ['ADMIN'],
    ['admın'],
    ['ᴀᴅᴍɪɴ'],
    ['ad.min'],
    ['no-reply'],
    ['noreply'],
    ['Gatehouse'],
    ['null'],
    ['ѕуѕор'],
    ['ме'],
  ])('%p is reserved', (input) => {
    expect(isReservedUsername(accepted(input).skeleton)).toBe(true);
  });

  it.each([
    ...[
      'administrator',
      'root',
      'system',
      'support',
      'security',
      'undefined',
      'anonymous',
      'me',
      'postmaster',
      'webmaster',
    ],
  ])('%p is reserved too', (skeleton) => {
    expect(isReservedUsername(skeleton)).toBe(true);
  });

  it.each([['alice'], ['admina'], ['sysop1'], ['menno'], ['rooted'], ['constructor'], ['']])(
    '%p is not reserved',
    (skeleton) => {
      expect(isReservedUsername(skeleton)).toBe(false);
    },
  );
});

describe('for any text', () => {
  it('the check never fails, and never takes it in when it has an @ or an invisible character', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const outcome = canonicalUsername(text);
        if (!outcome.ok) return;
        expect(`${outcome.display}${outcome.canonical}`).toMatch(/^[\p{L}\p{M}\p{Nd}._+-]+$/u);
      }),
      { numRuns: 1_000 },
    );
  });

  it('the canonical form is a user name, and its own canonical form', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        const outcome = canonicalUsername(name);
        fc.pre(outcome.ok);
        expect(accepted(outcome.canonical).canonical).toBe(outcome.canonical);
        expect(accepted(outcome.display)).toEqual(outcome);
      }),
      { numRuns: 300 },
    );
  });

  it('case makes no difference to who it is', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9][a-z0-9._+-]{0,20}$/), (name) => {
        expect(accepted(name.toUpperCase()).canonical).toBe(name);
        expect(accepted(name).skeleton).toBe(name);
      }),
    );
  });

  it.each([['a'], ['@'], ['\u0301'], [' '], ['('], ['ß'], ['ﷺ'], ['\ud800']])(
    'INJ-14 a megabyte of %p is refused, for which what takes time to the square would need hours',
    (unit) => expect(refusal(unit.repeat(1_000_000))).toMatch(/1 to 64 characters/),
  );
});
