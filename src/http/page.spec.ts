import { pageInMemory, pageOf, readPage } from './page';

const cursor = (text: string) => Buffer.from(text, 'latin1').toString('base64url');

describe('pages', () => {
  const words = ['d', 'b', 'a', 'c', 'e'];
  const page = (limit: string, after?: string) =>
    pageInMemory(
      words,
      { limit, ...(after === undefined ? {} : { cursor: after }) },
      (word) => word,
      (word) => word,
    );

  it('of a list in memory come in the order of its key, each item once', () => {
    const seen: string[] = [];
    let next: string | null | undefined;
    while (next !== null) {
      const { items, nextCursor } = page('2', next);
      seen.push(...items);
      next = nextCursor;
    }
    expect(seen).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(page('5').nextCursor).toBeNull();
  });

  it.each(['YQ=', '*', 'a b', ''])(
    'of a list in memory begin after a cursor that the server gave: not "%s"',
    (foreign) => {
      expect(() => page('2', foreign === '' ? 'Y' : foreign)).toThrow();
    },
  );

  it('begin after an id of the kind that the list has', () => {
    const urls = /^[\x21-\x7e]{1,2048}$/;
    const id = 'https://app.example.com/client';
    expect(readPage({ cursor: cursor(`7 ${id}`) }, urls)).toEqual({ limit: 50, after: { at: 7, id } });
    for (const text of [`7 ${id}`, '7', '7 a b', 'x a', '7 a\n']) {
      expect(() => readPage({ cursor: cursor(text) })).toThrow();
    }
    const { nextCursor } = pageOf([1, 2], 1, String, (at) => ({ at, id }));
    expect(readPage({ cursor: nextCursor ?? '' }, urls).after).toEqual({ at: 1, id });
  });
});
