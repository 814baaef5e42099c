import { FakeClock } from '../support/fake-clock';

/** What the test tells a service that it has started. */
export interface Instruction {
  readonly advance: number;
}

/** Packages of a database that a process has loaded; a resource server elsewhere has no use for any. */
function databasePackages(): string[] {
  const found = Object.keys(require.cache).flatMap(
    (path) => /node_modules\/(typeorm|sqlite3|pg)\//.exec(path)?.[1] ?? [],
  );
  return [...new Set(found)];
}

/** What a service tells the test. */
export type Report =
  | { readonly url: string; readonly databasePackages: readonly string[] }
  | { readonly now: number }
  | { readonly failure: string };

/** Runs in the second process: starts a service with the options of its command line, on a clock that the test moves by messages. */
export function serveFor<Options>(start: (options: Options, clock: FakeClock) => Promise<string>): void {
  const { now, ...options } = JSON.parse(process.argv[2] ?? '{}') as Options & { now: number };
  const clock = new FakeClock(now);
  const report = (message: Report) => process.send?.(message);
  process.on('message', ({ advance }: Instruction) => {
    clock.advance(advance);
    report({ now: clock.now() });
  });
  process.once('disconnect', () => process.exit(0));
  start(options as Options, clock).then(
    (url) => report({ url, databasePackages: databasePackages() }),
    (error: unknown) => report({ failure: String(error instanceof Error ? error.stack : error) }),
  );
}
