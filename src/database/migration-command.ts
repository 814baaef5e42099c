import { join, relative } from 'node:path';
import type { DataSource } from 'typeorm';
import { SystemClock } from '../config/clock';
import { settingsFromEnvironment } from '../config/environment';
import { generateMigration } from './generate-migration';
import { listMigrations, migrate, revertLast } from './migrate';
import { connectWriter } from './open-database';

/** The sources, as seen from the built file `dist/src/database/migration-command.js`. */
const SOURCE_ROOT = join(__dirname, '../../../src');

const USAGE = 'Use: migration-command run | revert | show | generate <Name> [folder below src]';

/** What `npm run migration:…` does; the process ends with the number it returns. */
async function main([command, name, folder]: readonly string[]): Promise<number> {
  switch (command) {
    case 'run':
      return withDatabase(async (dataSource) => {
        const ran = await migrate(dataSource);
        say(ran.length === 0 ? 'The database is up to date.' : `Ran ${ran.join(', ')}.`);
      });
    case 'revert':
      return withDatabase(async (dataSource) => {
        const reverted = await revertLast(dataSource);
        say(reverted === null ? 'There is no migration to take back.' : `Took back ${reverted}.`);
      });
    case 'show':
      return withDatabase(async (dataSource) => {
        for (const migration of await listMigrations(dataSource)) {
          say(`[${migration.executed ? 'x' : ' '}] ${migration.name}`);
        }
      });
    case 'generate':
      return generate(name ?? '', folder);
    default:
      complain(USAGE);
      return 2;
  }
}

async function generate(name: string, folder: string | undefined): Promise<number> {
  const clock = new SystemClock();
  const { file, byHand } = await generateMigration(name, { folder, sourceRoot: SOURCE_ROOT, clock });
  if (file !== null) {
    say(`Wrote ${relative(process.cwd(), file)}: say there why it is needed, look it through, and run npm run format.`);
  } else if (byHand.length === 0) {
    say('The migrations make what the entities say: there is nothing to generate.');
  }
  if (byHand.length > 0) complain(['To be written by hand:', ...byHand.map((line) => `- ${line}`)].join('\n'));
  return byHand.length === 0 ? 0 : 1;
}

async function withDatabase(work: (dataSource: DataSource) => Promise<void>): Promise<number> {
  const dataSource = await connectWriter(settingsFromEnvironment().database);
  await work(dataSource).finally(() => dataSource.destroy());
  return 0;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function complain(line: string): void {
  process.stderr.write(`${line}\n`);
}

main(process.argv.slice(2))
  .then((code) => (process.exitCode = code))
  .catch((error: unknown) => {
    complain(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  });
