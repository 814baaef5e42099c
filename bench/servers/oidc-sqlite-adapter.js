import Database from 'better-sqlite3';
import { GRANTED, MODELS } from './oidc-models.js';

/**
 * Storage adapter for oidc-provider on better-sqlite3, the fastest SQLite driver for Node: one table a model, write-ahead
 * log, every statement prepared once, indexes where the provider looks up.
 *
 * @param {{ file: string, synchronous: 'NORMAL' | 'FULL' }} options
 * @returns the adapter class that the provider's configuration takes
 */
export function sqliteAdapter({ file, synchronous }) {
  const database = new Database(file);
  database.pragma('journal_mode = WAL');
  database.pragma(`synchronous = ${synchronous}`);
  for (const model of MODELS) createTable(database, model);
  const statements = new Map(MODELS.map((model) => [model, prepare(database, model)]));
  const revoke = database.transaction((grantId) => {
    for (const model of GRANTED) statements.get(model).revoke.run(grantId);
  });

  return class SqliteAdapter {
    #sql;

    constructor(model) {
      this.#sql = statements.get(model);
      if (!this.#sql) throw new Error(`no table for the model ${model}`);
    }

    async upsert(id, payload, expiresIn) {
      const expiresAt = expiresIn ? epochSeconds() + expiresIn : null;
      this.#sql.upsert.run(
        id,
        JSON.stringify(payload),
        payload.grantId ?? null,
        payload.userCode ?? null,
        payload.uid ?? null,
        expiresAt,
      );
    }

    async find(id) {
      return payloadOf(this.#sql.find.get(id));
    }

    async findByUid(uid) {
      return payloadOf(this.#sql.findByUid.get(uid));
    }

    async findByUserCode(userCode) {
      return payloadOf(this.#sql.findByUserCode.get(userCode));
    }

    async consume(id) {
      this.#sql.consume.run(epochSeconds(), id);
    }

    async destroy(id) {
      this.#sql.destroy.run(id);
    }

    async revokeByGrantId(grantId) {
      revoke(grantId);
    }
  };
}

function createTable(database, model) {
  database.exec(`
    CREATE TABLE IF NOT EXISTS "${model}" (
      id TEXT PRIMARY KEY,
      payload TEXT NOT NULL,
      grant_id TEXT,
      user_code TEXT,
      uid TEXT,
      expires_at INTEGER,
      consumed_at INTEGER
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS "${model}_grant" ON "${model}" (grant_id) WHERE grant_id IS NOT NULL;
    CREATE INDEX IF NOT EXISTS "${model}_user_code" ON "${model}" (user_code) WHERE user_code IS NOT NULL;
    CREATE INDEX IF NOT EXISTS "${model}_uid" ON "${model}" (uid) WHERE uid IS NOT NULL;
  `);
}

function prepare(database, model) {
  const find = (column) =>
    database.prepare(`SELECT payload, expires_at, consumed_at FROM "${model}" WHERE ${column} = ?`);
  return {
    upsert: database.prepare(`
      INSERT INTO "${model}" (id, payload, grant_id, user_code, uid, expires_at) VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET payload = excluded.payload, grant_id = excluded.grant_id,
        user_code = excluded.user_code, uid = excluded.uid, expires_at = excluded.expires_at
    `),
    find: find('id'),
    findByUid: find('uid'),
    findByUserCode: find('user_code'),
    consume: database.prepare(`UPDATE "${model}" SET consumed_at = ? WHERE id = ?`),
    destroy: database.prepare(`DELETE FROM "${model}" WHERE id = ?`),
    revoke: database.prepare(`DELETE FROM "${model}" WHERE grant_id = ?`),
  };
}

function payloadOf(row) {
  if (!row || (row.expires_at !== null && row.expires_at <= epochSeconds())) return undefined;
  const payload = JSON.parse(row.payload);
  if (row.consumed_at !== null) payload.consumed = row.consumed_at;
  return payload;
}

function epochSeconds() {
  return Math.floor(Date.now() / 1000);
}
