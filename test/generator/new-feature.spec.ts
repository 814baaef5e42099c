import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FeatureRefused } from '../../src/generator/feature-names';
import { makeFeature } from '../../src/generator/make-feature';
import { FakeClock } from '../support/fake-clock';
import { GeneratorCheckout, type Outcome } from '../support/generator-checkout';

/** A name that is as long as names can be. */
const LONG_NAME = 'quarterly-performance-review-appointment';

describe('npm run new:feature', () => {
  let checkout: GeneratorCheckout;
  let folder: string;
  let made: Outcome;

  const snapshot = () =>
    ['src/features', 'test'].map((path) => readdirSync(join(folder, path), { recursive: true }).sort());

  beforeAll(async () => {
    checkout = await GeneratorCheckout.make();
    folder = checkout.folder;
    made = await checkout.generate('todos');
    await checkout.generate('news');
    await checkout.generate(LONG_NAME);
  }, 120_000);

  afterAll(() => checkout.drop());

  it('makes a module, its parts and its test, and says so', () => {
    expect(made).toMatchObject({ code: 0, stderr: '' });
    const files = checkout.filesOf('todos');
    expect(files.map((file) => file.replace(/\d{13}/, '<instant>')).sort()).toEqual([
      'src/features/todos/dto/todo.dto.ts',
      'src/features/todos/migrations/<instant>-create-todos.ts',
      'src/features/todos/todo.entity.ts',
      'src/features/todos/todo.store.ts',
      'src/features/todos/todo.view.ts',
      'src/features/todos/todos.controller.ts',
      'src/features/todos/todos.module.ts',
      'test/features/todos.e2e-spec.ts',
    ]);
    for (const file of files) expect(made.stdout).toContain(`\n  ${file}\n`);
    for (const part of ['todo.entity.ts', 'dto/todo.dto.ts', 'todo.view.ts', 'todo.store.ts', 'features/todos\n']) {
      expect(made.stdout.slice(made.stdout.indexOf('Then give it columns'))).toContain(part);
    }
    expect(made.stdout).toContain('npm run jest -- test/features/todos ');
  });

  it('describes its scopes', () => {
    expect(checkout.read('src/features/todos/todos.controller.ts')).toContain(`'todos:read': 'Read your todos'`);
    expect(checkout.read('src/features/todos/todos.controller.ts')).toContain(
      `'todos:write': 'Write, change and delete your todos'`,
    );
  });

  it('imports each feature once', () => {
    const text = checkout.read('src/app.module.ts');
    for (const name of ['Todos', 'News', 'QuarterlyPerformanceReviewAppointments']) {
      expect(text.match(new RegExp(`\\b${name}Module\\b`, 'g'))).toHaveLength(2);
    }
  });

  it('gives every migration an instant of its own, after all others', () => {
    const instants = ['notes', 'todos', 'news', `${LONG_NAME}s`].map((feature) =>
      Number(/\d{13}/.exec(readdirSync(join(folder, 'src/features', feature, 'migrations')).join())![0]),
    );
    expect(instants).toEqual([...new Set(instants)].sort((one, other) => one - other));
  });

  it('writes code that the linter and the formatter take', async () => {
    const files = [...checkout.filesOf('todos', 'news', `${LONG_NAME}s`), 'src/app.module.ts'];
    expect(await checkout.tool('prettier/bin/prettier.cjs', '--check', ...files)).toMatchObject({ code: 0 });
    expect(await checkout.tool('eslint/bin/eslint.js', ...files)).toEqual({ code: 0, stdout: '', stderr: '' });
  }, 120_000);

  it('keeps the rings of the house', async () => {
    const { stdout } = await checkout.tool(
      'dependency-cruiser/bin/dependency-cruise.mjs',
      ...['--config', '.dependency-cruiser.cjs', '--output-type', 'err', 'src/features', 'src/app.module.ts'],
    );
    expect(stdout.split('\n').filter((line) => line.includes('error'))).toEqual([]);
  }, 120_000);

  it('writes code that the compiler takes, with a column too that is added as the advice says', async () => {
    checkout.giveNewsAColumn();
    const { stdout } = await checkout.tool('typescript/bin/tsc', '--build', 'tsconfig.build.json');
    const own = stdout.split('\n').filter((line) => /features\/(todos|news|quarterly)|app\.module/.test(line));
    expect(own).toEqual([]);
  }, 120_000);

  it.each([
    ['a feature that is there', 'todo', 'The folder src/features/todos is there already'],
    ['a table that is there', 'signing-key', 'The table signing_keys is there already'],
    ['an entity that is there', 'audit-event-row', 'The entity AuditEventRow is there already'],
    ['a path that is there', 'auth', 'The path /auth is there already'],
    ['a table of the house', 'migration', 'The table migrations is there already'],
    ['a module that is there', 'pages', 'another PagesModule'],
    ['a word that is no name', 'Shopping_List', 'such as shopping-lists'],
  ])('refuses %s, and writes nothing', (_what, name, sentence) => {
    const before = snapshot();
    const singular = { auth: 'permission', pages: 'leaflet' }[name];
    const attempt = () => makeFeature(folder, new FakeClock(), name, singular);
    expect(attempt).toThrow(FeatureRefused);
    expect(attempt).toThrow(sentence);
    expect(snapshot()).toEqual(before);
  });

  it('does not overwrite a test that stands alone', () => {
    writeFileSync(join(folder, 'test/features/chores.e2e-spec.ts'), '');
    expect(() => makeFeature(folder, new FakeClock(), 'chores')).toThrow('The test test/features/chores.e2e-spec.ts');
    expect(existsSync(join(folder, 'src/features/chores'))).toBe(false);
  });

  it.each([
    [['todos'], 1, /^The folder src\/features\/todos is there already: choose another name\.\n$/],
    [[], 2, /^Usage: npm run new:feature -- <name>/],
    [['one', 'two'], 2, /^Usage: /],
    [['todos', '--plural'], 2, /^Unknown option '--plural'[\s\S]+Usage: /],
  ])('answers %j with a sentence and exit code %i', async (words, code, sentence) => {
    const outcome = await checkout.generate(...words);
    expect(outcome).toMatchObject({ code, stdout: '' });
    expect(outcome.stderr).toMatch(sentence);
    expect(outcome.stderr).not.toMatch(/\n\s+at /);
  });

  it('explains itself', async () => {
    expect(await checkout.generate('--help')).toMatchObject({ code: 0, stderr: '' });
  });
});
