import { pluralOf, singularOf } from './inflection';

describe('the forms of nouns', () => {
  const pairs = [
    ...[
      'todo todos',
      'note notes',
      'order orders',
      'shopping-list shopping-lists',
      'key keys',
      'day days',
      'category categories',
    ],
    ...[
      'box boxes',
      'address addresses',
      'class classes',
      'branch branches',
      'dish dishes',
      'quiz quizzes',
      'cache caches',
    ],
    ...[
      'status statuses',
      'bus buses',
      'virus viruses',
      'house houses',
      'cause causes',
      'use uses',
      'case cases',
      'course courses',
    ],
    ...[
      'purchase purchases',
      'response responses',
      'database databases',
      'size sizes',
      'image images',
      'movie movies',
      'cookie cookies',
    ],
    ...[
      'tie ties',
      'person people',
      'child children',
      'sales-person sales-people',
      'hero heroes',
      'photo photos',
      'leaf leaves',
    ],
    ...[
      'archive archives',
      'shoe shoes',
      'analysis analyses',
      'criterion criteria',
      'invoice invoices',
      'lens-test lens-tests',
    ],
  ].map((pair) => pair.split(' ') as [string, string]);

  it.each(pairs)('%s, %s', (one, many) => {
    expect([singularOf(one), singularOf(many), pluralOf(one), pluralOf(many)]).toEqual([one, one, many, many]);
  });

  it.each(['news', 'series', 'equipment', 'feedback', 'metadata', 'breaking-news'])('%s stays', (noun) => {
    expect([singularOf(noun), pluralOf(noun)]).toEqual([noun, noun]);
  });
});
