import type { Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApp, listen } from '../../src/bootstrap';
import { loadSettings } from '../../src/config/load-settings';
import type { Settings } from '../../src/config/settings';
import { KeyRing } from '../../src/keys/key-ring';
import type { OutboundNetwork } from '../../src/outbound/outbound-network';
import { FakeClock } from './fake-clock';
import { type Answer, TestClient } from './test-client';
import { createTestDatabase, type TestDatabase } from './test-database';
import { type PersonOptions, TestPeople } from './test-people';

/** The issuer of every test application, whatever port it listens on. */
export const TEST_ISSUER = 'http://localhost:3000';

/** A password that the policy takes. */
export const GOOD_PASSWORD = 'violet-harbour-9-lantern';

/** What a test application can be given. */
export interface TestAppOptions {
  /** Settings, by the names of their environment variables. */
  readonly env?: Readonly<Record<string, string>>;
  /** Feature modules on top of those of the application. */
  readonly features?: readonly Type[];
  /** A database of an earlier application, to start again or to run beside it on the same rows. */
  readonly database?: TestDatabase;
  readonly clock?: FakeClock;
  /** The servers of strangers that the application can reach; without, it reaches nobody but those that there are. */
  readonly network?: OutboundNetwork;
  /** Receives every line that is logged. */
  readonly log?: (line: string) => void;
}

/** A started application with a database of its own, and the ways to talk to it. */
export interface TestApp extends TestClient {
  readonly app: NestFastifyApplication;
  readonly settings: Settings;
  readonly clock: FakeClock;
  readonly database: TestDatabase;
  /** The address it listens on, without a trailing slash. */
  readonly url: string;
  /** A provider of the application. */
  resolve<Provider>(token: abstract new (...args: never[]) => Provider): Provider;
  /** Registers a person and returns the answer. */
  register(username: string, overrides?: Readonly<Record<string, unknown>>): Promise<Answer>;
  /** Signs a person in. */
  login(username: string, password?: string): Promise<Answer>;
  /** A client that calls as a person with these scopes and roles; without options, one with every scope that anybody can have. */
  asUser(options?: PersonOptions): Promise<TestClient>;
  /** Stops the application and keeps its database. */
  stop(): Promise<void>;
  /** Stops the application and drops its database. */
  close(): Promise<void>;
}

/** Starts the application as `main` does, on a free port, with a fresh database and a clock that only the test moves. */
export async function createTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const database = options.database ?? (await createTestDatabase());
  const clock = options.clock ?? new FakeClock();
  const settings = loadSettings({
    NODE_ENV: 'test',
    HOST: '127.0.0.1',
    PORT: '0',
    ISSUER: TEST_ISSUER,
    DATABASE_URL: database.url,
    KEY_ENCRYPTION_KEY: 'Zm9yLXRlc3RzLW9ubHkta2VlcC1vdXQtb2YtcHJvZCE=',
    LOG_LEVEL: options.log === undefined ? 'silent' : 'trace',
    ...options.env,
  });
  const { log, network } = options;
  const app = await createApp(settings, {
    features: options.features ?? [],
    clock,
    ...(network === undefined ? {} : { network }),
    ...(log === undefined ? {} : { log }),
  });
  const { port } = await listen(app);
  await app.get(KeyRing, { strict: false }).complete();
  const url = `http://127.0.0.1:${port}`;
  const client = new TestClient(url);
  const people = new TestPeople(app, url);
  let stopped: Promise<void> | undefined;
  const stop = () => (stopped ??= app.close());
  return Object.assign(client, {
    app,
    settings,
    clock,
    database,
    url,
    resolve: <Provider>(token: abstract new (...args: never[]) => Provider) =>
      app.get<Provider>(token, { strict: false }),
    register: (username: string, overrides: Readonly<Record<string, unknown>> = {}) =>
      client.post('/auth/register', {
        username,
        email: `${username}@example.com`,
        password: GOOD_PASSWORD,
        ...overrides,
      }),
    login: (username: string, password = GOOD_PASSWORD) => client.post('/auth/login', { username, password }),
    asUser: (person: PersonOptions = {}) => people.clientOf(person),
    stop,
    close: async () => {
      await stop();
      await database.drop();
    },
  });
}
