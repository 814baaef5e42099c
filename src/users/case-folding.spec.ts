import fc from 'fast-check';
import { foldCase } from './case-folding';

describe('case folding', () => {
  it.each([
    ['ALICE', 'alice'],
    ['Straße', 'strasse'],
    ['STRAẞE', 'strasse'],
    ['ΟΔΟΣ', 'οδοσ'],
    ['οδος', 'οδοσ'],
    ['İ', 'i\u0307'],
    ['ı', 'ı'],
    ['K', 'k'],
    ['ſ', 's'],
    ['ᾼ', 'αι'],
    ['ᾳ', 'αι'],
    ['ﬁ', 'fi'],
    ['ａlice', 'alice'],
    ['ᲀᲁᲂᲃᲄᲅᲆᲇᲈ', 'вдосттъѣꙋ'],
    ['Zoe\u0308', 'zoë'],
  ])('makes %p %p', (text, folded) => {
    expect(foldCase(text)).toBe(folded);
  });

  it('is the same when applied twice, and whatever the case was', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const folded = foldCase(text);
        expect(foldCase(folded)).toBe(folded);
      }),
      { numRuns: 500 },
    );
  });

  it('leaves no letter that changes when folded again, in any script', () => {
    for (let point = 0; point < 0x1_f000; point += 1) {
      const letter = String.fromCodePoint(point);
      if (!/[\p{Cased}\p{M}]/u.test(letter)) continue;
      const folded = foldCase(letter);
      if (foldCase(folded) !== folded) throw new Error(`U+${point.toString(16)} is not folded`);
    }
  });
});
