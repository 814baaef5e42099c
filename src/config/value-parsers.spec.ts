import { SettingProblem } from './setting';
import { duration, listItems, oneOf, wholeNumber } from './value-parsers';

describe('durations', () => {
  const parse = duration('0s', '30d');

  it.each([
    ['0', 0],
    ['900', 900],
    ['45s', 45],
    ['15m', 900],
    ['2h', 7_200],
    ['30d', 2_592_000],
  ])('reads %s as %i seconds', (text, seconds) => {
    expect(parse(text)).toBe(seconds);
  });

  it.each(['', 'soon', '-1', '1.5', '1e3', '15 m', '15M', '15min', '2w', 'm', '0x10', '1_000', '٣', '15mm', 'NaN'])(
    'refuses %p',
    (text) => {
      expect(() => parse(text)).toThrow(SettingProblem);
    },
  );

  it('refuses what lies beyond the bounds and names them', () => {
    const bounded = duration('1m', '1h');
    expect(bounded('60')).toBe(60);
    expect(bounded('60m')).toBe(3_600);
    expect(() => bounded('59')).toThrow('from 1m to 1h');
    expect(() => bounded('3601')).toThrow('from 1m to 1h');
  });
});

describe('whole numbers', () => {
  const parse = wholeNumber(0, 65_535);

  it('takes the bounds and what lies between', () => {
    expect([parse('0'), parse('3000'), parse('65535')]).toEqual([0, 3_000, 65_535]);
  });

  it.each(['65536', '-1', '1.0', '1e3', '0x50', ' 1', '', 'Infinity', '99999999999999999999'])('refuses %p', (text) => {
    expect(() => parse(text)).toThrow('must be a whole number from 0 to 65535');
  });
});

describe('words', () => {
  const parse = oneOf('on', 'off', 'auto');

  it('are compared exactly', () => {
    expect(parse('off')).toBe('off');
    expect(() => parse('OFF')).toThrow('must be on, off or auto');
    expect(() => parse('true')).toThrow(SettingProblem);
  });
});

describe('lists', () => {
  it('are split at commas, without the spaces around the items', () => {
    expect(listItems(' a , b,c ')).toEqual(['a', 'b', 'c']);
  });

  it('are empty for an empty text, and keep an empty item for its parser to refuse', () => {
    expect(listItems(' ')).toEqual([]);
    expect(listItems('a,,b')).toEqual(['a', '', 'b']);
  });
});
