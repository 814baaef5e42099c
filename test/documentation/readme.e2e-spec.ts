import { createTestApp, TEST_ISSUER, type TestApp } from '../support/create-test-app';
import { expectPromised, runnableBlocks, Shell } from '../support/documentation';

describe.each(['README.md', 'docs/from-the-tutorial.md'])('%s', (document) => {
  const blocks = runnableBlocks(document);
  let app: TestApp;
  let shell: Shell;

  beforeAll(async () => {
    app = await createTestApp();
    shell = new Shell();
  });

  afterAll(async () => {
    shell.close();
    await app.close();
  });

  it('has a walk through that can be run', () => {
    expect(blocks.length).toBeGreaterThan(5);
    expect(blocks.flatMap(({ expected }) => expected).length).toBeGreaterThan(5);
  });

  it.each(blocks.map((block, index) => [index + 1, block] as const))(
    'block %i does what it says',
    async (_number, block) => {
      app.clock.advance(block.secondsLater);
      expectPromised(block, await shell.run(block.commands.replaceAll(TEST_ISSUER, app.url)));
    },
  );
});
