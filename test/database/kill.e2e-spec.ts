import { setTimeout as sleep } from 'node:timers/promises';
import { openRows } from '../support/database-rows';
import {
  Leaver,
  PasswordChanger,
  Refresher,
  Registrar,
  UnexpectedAnswer,
  type Witness,
  Writer,
} from '../support/journal';
import { report } from '../support/report';
import { ServerProcess } from '../support/server-process';
import { TestClient } from '../support/test-client';
import { createTestDatabase, onPostgres, type TestDatabase } from '../support/test-database';

const KILLS = 20;

/** Rows that contradict each other: half of something that is written together. */
const HALVES: Readonly<Record<string, string>> = {
  'people without a password': `SELECT users.id FROM users LEFT JOIN password_credentials ON user_id = users.id WHERE user_id IS NULL`,
  'people whose registration is not in the audit log': `SELECT id FROM users WHERE id NOT IN (SELECT user_id FROM audit_events WHERE type = 'user.registered')`,
  'sessions without tokens': `SELECT id FROM sessions WHERE id NOT IN (SELECT session_id FROM token_families WHERE session_id IS NOT NULL)`,
  'tokens that outlive their session': `SELECT f.id FROM token_families f JOIN sessions s ON s.id = f.session_id WHERE s.ended_at IS NOT NULL AND f.revoked_at IS NULL`,
  'ended sessions without a revocation': `SELECT id FROM sessions WHERE ended_at IS NOT NULL AND id NOT IN (SELECT subject FROM revocations WHERE kind = 'session')`,
};

async function expectSound(database: TestDatabase): Promise<void> {
  const rows = await openRows(database);
  try {
    if (!onPostgres) {
      expect(await rows.query('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
      expect(await rows.query('PRAGMA foreign_key_check')).toEqual([]);
    }
    for (const [what, sql] of Object.entries(HALVES)) expect([what, await rows.query(sql)]).toEqual([what, []]);
  } finally {
    await rows.close();
  }
}

/** Goes on until the server is gone. @returns what went wrong before that */
async function actUntilGone(witness: Witness, server: ServerProcess): Promise<string | null> {
  const client = new TestClient(server.url);
  for (;;) {
    try {
      await witness.act(client);
    } catch (error) {
      return error instanceof UnexpectedAnswer ? error.message : null;
    }
  }
}

/** Waits until each has been acknowledged something more, so that every kill hits a server at work on all of it. */
async function eachHasActed(witnesses: readonly Witness[]): Promise<void> {
  const before = witnesses.map(({ acknowledged }) => acknowledged);
  for (const end = performance.now() + 20_000; performance.now() < end; await sleep(10)) {
    if (witnesses.every(({ acknowledged }, index) => acknowledged > before[index]!)) return;
  }
  throw new Error('The load stands still.');
}

describe('a server that is killed', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });

  afterAll(async () => {
    await ServerProcess.killAll();
    await database.drop();
  });

  it(`RAC-06: kill -9 under a mixed load, ${KILLS} times, loses no acknowledged registration, rotation, sign-out, change of password or note`, async () => {
    let server = await ServerProcess.start(database.url);
    const registrar = new Registrar();
    const refreshers = Array.from({ length: 6 }, (_, index) => new Refresher(`refresher-${index}`));
    const leaver = new Leaver('leaver');
    const changer = new PasswordChanger('changer');
    const writer = new Writer('writer');
    const witnesses: Witness[] = [registrar, ...refreshers, leaver, changer, writer];
    const first = new TestClient(server.url);
    for (const witness of [...refreshers, leaver, changer, writer]) await witness.begin(first);
    const starts: number[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      const load = Promise.all(witnesses.map((witness) => actUntilGone(witness, server)));
      await eachHasActed(witnesses);
      await sleep(Math.random() * 200);
      await server.kill();
      expect((await load).filter((error) => error !== null)).toEqual([]);

      server = await ServerProcess.start(database.url);
      starts.push(server.startedIn);
      const client = new TestClient(server.url);
      const complaints = await Promise.all(witnesses.map((witness) => witness.complaints(client)));
      expect(complaints.flat()).toEqual([]);
      await expectSound(database);
    }
    await server.stop();

    const rows = await openRows(database);
    const names = (await rows.query<{ username: string }>('SELECT username FROM users')).map(
      ({ username }) => username,
    );
    await rows.close();
    expect(names).toEqual(expect.arrayContaining(registrar.registered));
    report({ acknowledged: witnesses.map(({ acknowledged }) => acknowledged), starts: starts.map(Math.round) });
  }, 180_000);
});
