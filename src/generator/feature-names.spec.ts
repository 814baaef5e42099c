import { controllerFile } from './controller-template';
import { featureNames, FeatureRefused } from './feature-names';
import { dtoFile, entityFile, migrationFile, moduleFile, viewFile } from './source-templates';
import { storeFile } from './store-template';
import { testFile } from './test-template';

describe('the names of a feature', () => {
  it.each(['shopping-list', 'shopping-lists'])('are the same for %s', (name) => {
    expect(featureNames(name)).toEqual({
      many: 'shopping-lists',
      one: 'shopping-list',
      Many: 'ShoppingLists',
      One: 'ShoppingList',
      table: 'shopping_lists',
      words: { one: 'shopping list', many: 'shopping lists' },
    });
  });

  it('stay where a noun has one form only', () => {
    expect(featureNames('news')).toMatchObject({ many: 'news', one: 'news', Many: 'News', One: 'News', table: 'news' });
  });

  it('follow whoever knows the language better', () => {
    expect(featureNames('cacti', 'cactus')).toMatchObject({
      many: 'cacti',
      one: 'cactus',
      Many: 'Cacti',
      One: 'Cactus',
    });
  });

  it.each([
    '',
    ' ',
    'Todos',
    'to_dos',
    'todo-',
    '-todo',
    'to--do',
    '1st',
    'to-2',
    'tödö',
    '../todos',
    'a/b',
    'a.b',
    'a b',
  ])('are refused for %j, with an example', (name) => {
    expect(() => featureNames(name)).toThrow(FeatureRefused);
    expect(() => featureNames(name)).toThrow('such as shopping-lists');
    expect(() => featureNames('todos', name)).toThrow(FeatureRefused);
  });

  it('are refused beyond 40 characters', () => {
    expect(featureNames(`${'a'.repeat(39)}s`).table).toHaveLength(40);
    expect(() => featureNames('a'.repeat(41))).toThrow('at most 40 characters');
  });

  it.each(['class', 'function', 'new', 'import', 'package', 'values', 'references'])(
    'are refused for the reserved word %s',
    (name) => {
      expect(() => featureNames(name)).toThrow('reserved word');
    },
  );

  it.each([
    ['order', 'orders'],
    ['group', 'groups'],
    ['row', 'rows-of-seats'],
  ])('are good in the form for many where %s is a word of SQL', (one, many) => {
    expect(featureNames(many, one).many).toBe(many);
  });

  it('are refused where a class would hide one that the generated files import', () => {
    const names = featureNames('todos');
    const files = [
      ...[moduleFile, controllerFile, entityFile, storeFile, viewFile, dtoFile, testFile].map((file) => file(names)),
      migrationFile(names, 1),
    ];
    const imported = files
      .flatMap((text) => [...text.matchAll(/^import (?:type )?\{ (.+) \}/gm)].flatMap(([, list]) => list!.split(', ')))
      .map((name) => name.replace('type ', ''))
      .filter((name) => /^[A-Z]/.test(name) && !name.includes('Todo'));
    expect(new Set(imported).size).toBeGreaterThan(30);
    const kebab = (name: string) => name.replace(/(?!^)[A-Z]/g, '-$&').toLowerCase();
    const letThrough = [...imported, 'User'].filter((name) => {
      try {
        return featureNames('things', kebab(name));
      } catch (error) {
        return !(error instanceof FeatureRefused);
      }
    });
    expect(letThrough).toEqual([]);
  });
});
