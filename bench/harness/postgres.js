import pg from 'pg';

const made = [];

/** Makes an empty database on a server, until `dropDatabases`. @returns {Promise<string>} its URL */
export async function makeDatabase(server, name) {
  const database = `gatehouse_bench_${process.pid}_${name.replaceAll('-', '_')}`;
  await withClient(server, async (client) => {
    await client.query(`DROP DATABASE IF EXISTS ${database}`);
    await client.query(`CREATE DATABASE ${database}`);
  });
  made.push({ server, database });
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}

/** Drops what this run has made; the servers that use it have to be stopped. */
export async function dropDatabases() {
  for (const { server, database } of made.splice(0)) {
    await withClient(server, (client) => client.query(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`));
  }
}

async function withClient(server, work) {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
