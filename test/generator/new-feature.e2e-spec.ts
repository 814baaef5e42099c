import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { FeatureRefused } from '../../src/generator/feature-names';
import { makeFeature } from '../../src/generator/make-feature';
import { aCheckout } from '../support/checkout';
import { FakeClock } from '../support/fake-clock';
import { ensureBuilt } from '../support/server-process';

const ROOT = resolve(__dirname, '../..');

/** A name that is as long as names can be. */
const LONG_NAME = 'quarterly-performance-review-appointment';

/** What becomes of a column that was added to the news. */
const COLUMN_TEST = `\
  it('keep a column of their own', async () => {
    const { body: made } = await alice.post('/news', { title: 'old', body: 'short' });
    expect(made).toMatchObject({ title: 'old', body: 'short' });
    const path = \`/news/\${made.id}\`;
    expect((await alice.patch(path, { body: 'longer' })).body).toEqual({ ...made, body: 'longer' });
    expect((await alice.patch(path, { title: 'new' })).body).toEqual({ ...made, title: 'new', body: 'longer' });
    expect((await alice.patch(path, {})).body).toEqual({ ...made, title: 'new', body: 'longer' });
  });

`;

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe('npm run new:feature', () => {
  let folder: string;
  let made: Outcome;

  const run = (script: string, ...words: string[]): Promise<Outcome> =>
    new Promise((done) => {
      const options = { cwd: folder, maxBuffer: 64 * 1024 * 1024 };
      execFile(process.execPath, [script, ...words], options, (error, stdout, stderr) =>
        done({ code: error === null ? 0 : Number(error.code ?? -1), stdout, stderr }),
      );
    });
  const generate = (...words: string[]) => run(join(ROOT, 'dist/src/generator/new-feature.js'), ...words);
  const tool = (path: string, ...words: string[]) => run(join(ROOT, 'node_modules', path), ...words);
  const filesOf = (...features: string[]) =>
    features.flatMap((feature) => [
      ...readdirSync(join(folder, 'src/features', feature), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts'))
        .map((file) => `src/features/${feature}/${file}`),
      `test/features/${feature}.e2e-spec.ts`,
    ]);
  const read = (path: string) => readFileSync(join(folder, path), 'utf8');
  const snapshot = () =>
    ['src/features', 'test'].map((path) => readdirSync(join(folder, path), { recursive: true }).sort());

  const insert = (path: string, before: string, text: string) => {
    expect(read(path).split(before)).toHaveLength(2);
    writeFileSync(join(folder, path), read(path).replace(before, `${text}${before}`));
  };

  /** Where the advice of the generator says, and nowhere else; and a test of it. */
  const giveNewsAColumn = () => {
    const own = 'src/features/news';
    insert(`${own}/news.entity.ts`, '  @InstantColumn(', '  @TextColumn()\n  body!: string;\n\n');
    insert(
      `${own}/dto/news.dto.ts`,
      '}\n\n/** What is changed',
      "\n  @ApiProperty({ type: String })\n  @IsString()\n  body = '';\n",
    );
    insert(`${own}/news.view.ts`, "  @ApiProperty({ format: 'date-time'", '  @ApiProperty()\n  body!: string;\n\n');
    insert(`${own}/news.view.ts`, ', created_at }:', ', body');
    insert(`${own}/news.view.ts`, ', createdAt:', ', body');
    const [migration = ''] = readdirSync(join(folder, own, 'migrations'));
    insert(`${own}/migrations/${migration}`, ", instant('created_at')", ", text('body')");
    insert('test/features/news.e2e-spec.ts', "  it('are changed and deleted'", COLUMN_TEST);
  };

  beforeAll(async () => {
    await ensureBuilt();
    // With what the compiler has built, it compiles what is new.
    folder = aCheckout('dist', 'tsconfig.build.json');
    made = await generate('todos');
    await generate('news');
    await generate(LONG_NAME);
  }, 120_000);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('makes a module, its parts and its test, and says so', () => {
    expect(made).toMatchObject({ code: 0, stderr: '' });
    const files = filesOf('todos');
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
    expect(read('src/features/todos/todos.controller.ts')).toContain(`'todos:read': 'Read your todos'`);
    expect(read('src/features/todos/todos.controller.ts')).toContain(
      `'todos:write': 'Write, change and delete your todos'`,
    );
  });

  it('imports each feature once', () => {
    const text = read('src/app.module.ts');
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
    const files = [...filesOf('todos', 'news', `${LONG_NAME}s`), 'src/app.module.ts'];
    expect(await tool('prettier/bin/prettier.cjs', '--check', ...files)).toMatchObject({ code: 0 });
    expect(await tool('eslint/bin/eslint.js', ...files)).toEqual({ code: 0, stdout: '', stderr: '' });
  }, 120_000);

  it('keeps the rings of the house', async () => {
    const { stdout } = await tool(
      'dependency-cruiser/bin/dependency-cruise.mjs',
      ...['--config', '.dependency-cruiser.cjs', '--output-type', 'err', 'src/features', 'src/app.module.ts'],
    );
    expect(stdout.split('\n').filter((line) => line.includes('error'))).toEqual([]);
  }, 120_000);

  it('writes code that the compiler takes, with a column too that is added as the advice says', async () => {
    giveNewsAColumn();
    const { stdout } = await tool('typescript/bin/tsc', '--build', 'tsconfig.build.json');
    const own = stdout.split('\n').filter((line) => /features\/(todos|news|quarterly)|app\.module/.test(line));
    expect(own).toEqual([]);
  }, 120_000);

  it('writes tests that pass at once, and code that loses no column', async () => {
    const { code, stderr } = await run(
      join(folder, 'node_modules/jest/bin/jest.js'),
      ...['--selectProjects', 'e2e', '--testPathPatterns', 'test/features/(todos|news)', '--ci'],
    );
    expect([code, /Tests: +(.+)/.exec(stderr)?.[1] ?? stderr]).toEqual([0, '21 passed, 21 total']);
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
    const outcome = await generate(...words);
    expect(outcome).toMatchObject({ code, stdout: '' });
    expect(outcome.stderr).toMatch(sentence);
    expect(outcome.stderr).not.toMatch(/\n\s+at /);
  });

  it('explains itself', async () => {
    expect(await generate('--help')).toMatchObject({ code: 0, stderr: '' });
  });
});
