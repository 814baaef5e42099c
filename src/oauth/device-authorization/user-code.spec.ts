import { randomUserCode, readUserCode, shownUserCode } from './user-code';

describe('a user code', () => {
  it('is eight consonants that are not taken for each other (RFC 8628 §6.1)', () => {
    const codes = Array.from({ length: 2_000 }, randomUserCode);
    expect(codes.filter((code) => !/^[BCDFGHJKLMNPQRSTVWXZ]{8}$/.test(code))).toEqual([]);
    expect(new Set(codes).size).toBe(codes.length);
  });

  it('uses every letter at every place about equally often', () => {
    const counts = new Map<string, number>();
    for (let round = 0; round < 20_000; round++) {
      [...randomUserCode()].forEach((letter, place) => {
        counts.set(`${place}${letter}`, (counts.get(`${place}${letter}`) ?? 0) + 1);
      });
    }
    expect(counts.size).toBe(8 * 20);
    // 1,000 each are expected, with a standard deviation of 31.
    for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(250);
  });

  it('is shown in two groups', () => {
    expect(shownUserCode('WDJBMJHT')).toBe('WDJB-MJHT');
  });

  it.each([
    'WDJBMJHT',
    'WDJB-MJHT',
    'wdjb-mjht',
    ' wdjb mjht ',
    'w d j b m j h t',
    'WDJB–MJHT',
    'WDJB‑MJHT',
    'ＷＤＪＢ－ＭＪＨＴ',
  ])('is read as people type it: %s', (typed) => {
    expect(readUserCode(typed)).toBe('WDJBMJHT');
  });

  it.each([
    '',
    '-',
    'WDJBMJH',
    'WDJBMJHTX',
    'WDJB-MJHA',
    'WDJB_MJHT',
    'WDJBMJH8',
    '%WDJBMJHT',
    `WDJBMJHT${' '.repeat(100)}`,
  ])('is not read out of anything else (EXT-02): %j', (typed) => {
    expect(readUserCode(typed)).toBeNull();
  });
});
