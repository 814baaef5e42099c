// Opens a database as a starting node does, when its standard input says so: node -r <hook> <this file> <DATABASE_URL>
// Says "ready", then as JSON which migrations it found run when it was done, or why it could not open.
const { loadSettings } = require('../../../src/config/load-settings.ts');
const { connectWriter } = require('../../../src/database/open-database.ts');
const { migrate } = require('../../../src/database/migrate.ts');

const { database } = loadSettings({ NODE_ENV: 'test', DATABASE_URL: process.argv[2] });

async function start() {
  const dataSource = await connectWriter(database);
  try {
    return await migrate(dataSource);
  } finally {
    await dataSource.destroy();
  }
}

process.stdin.once('data', () => {
  start()
    .then(
      (ran) => process.stdout.write(JSON.stringify({ ran })),
      (error) => process.stdout.write(JSON.stringify({ error: String(error) })),
    )
    .finally(() => process.stdin.destroy());
});
process.stdout.write('ready\n');
