import { FakeClock } from '../support/fake-clock';

/** What the test tells a service that it has started. */
export interface Instruction {
  readonly advance: number;
}

/** What a service tells the test. */
export type Report = { readonly url: string } | { readonly now: number } | { readonly failure: string };

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
    (url) => report({ url }),
    (error: unknown) => report({ failure: String(error instanceof Error ? error.stack : error) }),
  );
}
