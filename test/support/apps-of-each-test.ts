import { createTestApp, type TestApp, type TestAppOptions } from './create-test-app';

/**
 * A way to start applications in a test that are stopped when it is over, however it ends, with their databases dropped. Call it
 * inside a `describe`.
 */
export function appsOfEachTest(): (options?: TestAppOptions) => Promise<TestApp> {
  const started: TestApp[] = [];
  const borrowed = new Set<TestApp['database']>();

  afterEach(async () => {
    const apps = started.splice(0);
    await Promise.all(apps.map((app) => app.stop()));
    const own = new Set(apps.map(({ database }) => database).filter((database) => !borrowed.has(database)));
    await Promise.all([...own].map((database) => database.drop()));
  });

  return async (options = {}) => {
    const { database } = options;
    if (database !== undefined && !started.some((app) => app.database === database)) borrowed.add(database);
    const app = await createTestApp(options);
    started.push(app);
    return app;
  };
}
