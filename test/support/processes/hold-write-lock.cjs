// Holds the write lock of an SQLite file: node <this file> <database> <milliseconds>; says "locked" once it does.
const { Database } = require('sqlite3');

const [file, milliseconds] = process.argv.slice(2);
const database = new Database(file);
database.exec('BEGIN IMMEDIATE', (error) => {
  if (error) throw error;
  process.stdout.write('locked\n');
  setTimeout(() => database.exec('COMMIT', () => database.close()), Number(milliseconds));
});
