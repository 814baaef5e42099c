import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSettings } from '../../src/config/settings';
import { openDatabase } from '../../src/database/open-database';
import { openTestDatabase } from '../support/open-test-database';
import { onPostgres } from '../support/test-database';

describe('openDatabase', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gatehouse-test-'));
  });

  afterAll(() => rm(folder, { recursive: true }));

  const expectSentence = async (database: DatabaseSettings, sentence: RegExp) => {
    await expect(openDatabase(database)).rejects.toMatchObject({
      name: 'StartupError',
      message: expect.stringMatching(sentence),
    });
    await expect(openDatabase(database)).rejects.toMatchObject({ message: expect.not.stringContaining('\n') });
  };
  const sqlite = (file: string): DatabaseSettings => ({ kind: 'sqlite', file });

  it('makes the folder of an SQLite file', async () => {
    const file = join(folder, 'some/where/new.sqlite');
    const open = await openDatabase(sqlite(file));
    expect((await stat(file)).isFile()).toBe(true);
    await open.close();
  });

  it('makes an SQLite file that its owner alone can read, and so its journals; the rights of one that is there stay', async () => {
    const file = join(folder, 'own.sqlite');
    const modes = () =>
      Promise.all(['', '-wal', '-shm'].map(async (end) => ((await stat(file + end)).mode & 0o777).toString(8)));
    const first = await openDatabase(sqlite(file));
    expect(await modes()).toEqual(['600', '600', '600']);
    await first.close();
    await chmod(file, 0o640);
    const second = await openDatabase(sqlite(file));
    expect(await modes()).toEqual(['640', '640', '640']);
    await second.close();
  });

  it('says what to change when the folder cannot be made', async () => {
    await writeFile(join(folder, 'file'), '');
    await expectSentence(
      sqlite(join(folder, 'file/below/x.sqlite')),
      /^The folder .*file\/below cannot be written: change .*\.$/,
    );
  });

  it('says what to change when the path is a folder', async () => {
    await expectSentence(sqlite(folder), /^The database file .* cannot be opened \(.*\): check DATABASE_URL\.$/);
  });

  it('says what to change when the file is no database', async () => {
    const file = join(folder, 'text.sqlite');
    await writeFile(file, 'This is a letter, and a long one at that. '.repeat(100));
    await expectSentence(
      sqlite(file),
      /^The database file .* cannot be used \(.*not a database.*\): check DATABASE_URL\.$/,
    );
  });

  it('says which server cannot be reached, and never its password', async () => {
    const database = { kind: 'postgres', url: 'postgres://gatehouse:hush@127.0.0.1:1/none', poolSize: 1 } as const;
    await expectSentence(
      database,
      /^The database at 127\.0\.0\.1:1 cannot be reached \(.*ECONNREFUSED.*\): check DATABASE_URL\.$/,
    );
    await expect(openDatabase(database)).rejects.toMatchObject({ message: expect.not.stringContaining('hush') });
  });

  it('keeps what was written when it is opened again', async () => {
    const first = await openTestDatabase();
    await first.unitOfWork.run((transaction) => transaction.change(`UPDATE clients SET origin = 'kept'`));
    await first.close();
    const second = await openTestDatabase(first.database);
    expect(await second.reader.query('SELECT origin FROM clients')).toEqual([{ origin: 'kept' }]);
    await second.drop();
  });

  if (onPostgres) {
    it('says that the server has no such database', async () => {
      const url = new URL(process.env['TEST_DATABASE_URL']!);
      url.pathname = '/gatehouse_missing';
      const database = { kind: 'postgres', url: url.href, poolSize: 1 } as const;
      await expectSentence(database, /\(database "gatehouse_missing" does not exist\)/);
    });
  }
});
