import { GeneratorCheckout } from '../support/generator-checkout';

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

describe('what npm run new:feature has written', () => {
  let checkout: GeneratorCheckout;

  beforeAll(async () => {
    checkout = await GeneratorCheckout.make();
    await checkout.generate('todos');
    await checkout.generate('news');
  }, 120_000);

  afterAll(() => checkout.drop());

  it('passes its tests at once, and loses no column that is added as the advice says', async () => {
    checkout.giveNewsAColumn();
    checkout.insert('test/features/news.e2e-spec.ts', "  it('are changed and deleted'", COLUMN_TEST);
    const { code, stderr } = await checkout.tool(
      'jest/bin/jest.js',
      ...['--selectProjects', 'e2e', '--testPathPatterns', 'test/features/(todos|news)', '--ci'],
    );
    expect([code, /Tests: +(.+)/.exec(stderr)?.[1] ?? stderr]).toEqual([0, '21 passed, 21 total']);
  }, 120_000);
});
