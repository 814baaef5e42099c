import { assertIfMatch, entityTagOf } from './entity-tag';

const codeOf = (ifMatch: string | undefined): string | null => {
  try {
    assertIfMatch(ifMatch, 7);
    return null;
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe('If-Match', () => {
  it.each(['"7"', '*', '"6", "7"', '"7",W/"9"'])('lets a change of the present version through: %s', (header) => {
    expect(codeOf(header)).toBeNull();
    expect(entityTagOf(7)).toBe('"7"');
  });

  it.each(['"6"', 'W/"7"', '7', '"7', '', '"70"', "'7'"])(
    'refuses any other version, and weak tags (RFC 9110 §13.1.1): %s',
    (header) => {
      expect(codeOf(header)).toBe('precondition_failed');
    },
  );

  it('is demanded (RFC 6585 §3)', () => {
    expect(codeOf(undefined)).toBe('precondition_required');
  });
});
