import fc from 'fast-check';
import { hasDeceptiveCharacters, isAscii, isOneScript, skeletonOf, withoutLookAlikes } from './confusables';

describe('the script of a text', () => {
  it.each([
    ['alice.smith-1_2+3'],
    ['Ångström'],
    ['Александр'],
    ['Ελένη'],
    ['محمد٣'],
    ['अनिल'],
    ['สมชาย'],
    ['ユーザーひらがな漢字abc'],
    ['김철수abc漢'],
    ['ㄅㄆ漢abc'],
    [''],
  ])('%p is written in one, or in some that belong together', (text) => {
    expect(isOneScript(text)).toBe(true);
  });

  it.each([
    ['Latin and Cyrillic', 'alicе'],
    ['Latin and Greek', 'αlice'],
    ['Cyrillic and Greek', 'аα'],
    ['Latin and Arabic digits', 'alice٣'],
    ['Japanese and Korean', 'ひ김'],
    ['Bopomofo and Kana', 'ㄅひ'],
    ['Cyrillic and Han', 'а漢'],
    ['Cherokee, not in everyday use', 'ᎠᎵᏏ'],
    ['Lisu, not in everyday use', 'ꓮꓡꓲꓚꓰ'],
    ['Deseret, historic', '𐐀𐐁'],
  ])('%s: refused', (_what, text) => {
    expect(isOneScript(text)).toBe(false);
  });
});

describe('characters that deceive', () => {
  it.each([
    ['a zero-width space', 'ali\u200bce'],
    ['a zero-width joiner', 'ali\u200dce'],
    ['a soft hyphen', 'ali\u00adce'],
    ['a bidi override', 'admin\u202e'],
    ['a bidi isolate', 'admin\u2066'],
    ['a variation selector', 'alice\ufe0f'],
    ['a combining grapheme joiner', 'ali\u034fce'],
    ['a Hangul filler', '김\u1160'],
    ['a tag character', 'alice\u{e0041}'],
    ['an Arabic tatweel', 'مح\u0640مد'],
    ['a modifier apostrophe', 'o\u02bcbrien'],
    ['a modifier colon', 'a\u02d0b'],
    ['an enclosing mark', 'a\u20dd'],
    ['a mark at the beginning', '\u0301a'],
    ['a mark on a dot', 'a.\u0308b'],
    ['five marks on one letter', 'a\u0323\u0324\u0325\u0326\u0327b'],
    ['five marks, some in the letter', 'ệ\u0324\u0325\u0326'],
  ])('%s is one', (_what, text) => {
    expect(hasDeceptiveCharacters(text)).toBe(true);
  });

  it.each([
    ['Việt'],
    ['हिन्दी'],
    ['مُحَمَّد'],
    ['ユーザー'],
    ['佐々木'],
    ['ภาษา'],
    ['a\u0323\u0324\u0325\u0326b'],
    ['alice-1.b_c+d'],
  ])('%p has none', (text) => {
    expect(hasDeceptiveCharacters(text)).toBe(false);
  });
});

describe('the skeleton', () => {
  it.each([
    ['Cyrillic small letters', 'аӏісе', 'alice'],
    ['Cyrillic capitals', 'ВОВ', 'bob'],
    ['Cyrillic with a mark', 'ёсо', 'ëco'],
    ['a Cyrillic letter that looks like two', 'Юы', 'lobl'],
    ['Greek small letters', 'νικοι', 'vikoi'],
    ['Greek capitals', 'ΝΙΚΟΙ', 'nikoi'],
    ['Greek with a mark', 'ά', 'á'],
    ['Armenian', 'ոսօ', 'nuo'],
    ['Hebrew', '\u05e1', 'o'],
    ['Georgian', 'ყჿ', 'yo'],
    ['zeros of India', '\u0966\u09e6', 'oo'],
    ['Latin small capitals', 'ᴀᴅᴍɪɴ', 'admin'],
    ['a dotless i', 'admın', 'admin'],
    ['an i with one dot more', 'İ', 'i'],
    ['Latin alpha', 'ɑlice', 'alice'],
    ['one letter for two', 'ꜳron', 'aaron'],
    ['Persian letters and digits', 'علی۱', 'علي١'],
    ['Katakana like Hiragana', 'ヘリ', 'へり'],
    ['sharp s', 'Straße', 'strasse'],
  ])('of %s: %p is seen as %p', (_what, text, seen) => {
    expect(skeletonOf(text)).toBe(skeletonOf(seen));
    expect(skeletonOf(seen)).toBe(seen);
  });

  it.each([['al1ce'], ['alice'], ['a1ice'], ['b0b'], ['bob'], ['modern'], ['modem']])(
    'tells ASCII names apart: %p',
    (name) => {
      expect(skeletonOf(name)).toBe(name);
    },
  );

  it.each([['élan'], ['søren'], ['łukasz']])('does not take %p for its plain letters', (name) => {
    expect(isAscii(skeletonOf(name))).toBe(false);
  });

  it('of letters without a look-alike changes nothing but case, and folds nothing it need not', () => {
    expect(withoutLookAlikes('Straße')).toBe('straße');
    expect(withoutLookAlikes('Élan')).toBe('élan');
    expect(skeletonOf('Дельфин')).not.toBe('');
  });

  it('is made for any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => typeof skeletonOf(text) === 'string'));
  });
});
