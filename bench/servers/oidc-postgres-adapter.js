import pg from 'pg';
import { GRANTED, MODELS } from './oidc-models.js';

/** As many connections as Gatehouse opens by default. */
const POOL_SIZE = 10;

/**
 * Storage adapter for oidc-provider on PostgreSQL: one table a model, every statement a named prepared one, indexes where the
 * provider looks up.
 *
 * @param {{ url: string }} options an empty database
 * @returns the adapter class that the provider's configuration takes
 */
export async function postgresAdapter({ url }) {
  const pool = new pg.Pool({ connectionString: url, max: POOL_SIZE });
  for (const model of MODELS) await pool.query(tableOf(model));
  const run = (name, text, values) => pool.query({ name, text, values });

  return class PostgresAdapter {
    #model;

    constructor(model) {
      if (!MODELS.includes(model)) throw new Error(`no table for the model ${model}`);
      this.#model = model;
    }

    async upsert(id, payload, expiresIn) {
      const expiresAt = expiresIn ? epochSeconds() + expiresIn : null;
      await run(
        `upsert ${this.#model}`,
        `INSERT INTO "${this.#model}" (id, payload, grant_id, user_code, uid, expires_at) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (id) DO UPDATE SET payload = excluded.payload, grant_id = excluded.grant_id,
           user_code = excluded.user_code, uid = excluded.uid, expires_at = excluded.expires_at`,
        [
          id,
          JSON.stringify(payload),
          payload.grantId ?? null,
          payload.userCode ?? null,
          payload.uid ?? null,
          expiresAt,
        ],
      );
    }

    find(id) {
      return this.#findBy('id', id);
    }

    findByUid(uid) {
      return this.#findBy('uid', uid);
    }

    findByUserCode(userCode) {
      return this.#findBy('user_code', userCode);
    }

    async consume(id) {
      await run(`consume ${this.#model}`, `UPDATE "${this.#model}" SET consumed_at = $1 WHERE id = $2`, [
        epochSeconds(),
        id,
      ]);
    }

    async destroy(id) {
      await run(`destroy ${this.#model}`, `DELETE FROM "${this.#model}" WHERE id = $1`, [id]);
    }

    async revokeByGrantId(grantId) {
      for (const model of GRANTED) {
        await run(`revoke ${model}`, `DELETE FROM "${model}" WHERE grant_id = $1`, [grantId]);
      }
    }

    async #findBy(column, value) {
      const { rows } = await run(
        `find ${this.#model} ${column}`,
        `SELECT payload, expires_at, consumed_at FROM "${this.#model}" WHERE ${column} = $1`,
        [value],
      );
      return payloadOf(rows[0]);
    }
  };
}

function tableOf(model) {
  return `
    CREATE TABLE "${model}" (
      id text PRIMARY KEY, payload text NOT NULL, grant_id text, user_code text, uid text, expires_at integer, consumed_at integer
    );
    CREATE INDEX ON "${model}" (grant_id) WHERE grant_id IS NOT NULL;
    CREATE INDEX ON "${model}" (user_code) WHERE user_code IS NOT NULL;
    CREATE INDEX ON "${model}" (uid) WHERE uid IS NOT NULL;`;
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
