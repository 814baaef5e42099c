import { banner } from './banner';
import { createApp, listen } from './bootstrap';
import { settingsFromEnvironment } from './config/environment';
import { sizeThreadPool } from './config/thread-pool';
import { exitOnUnexpectedErrors, reportFailedStart, stopOnSignals } from './lifecycle';

async function main(): Promise<void> {
  sizeThreadPool();
  const settings = settingsFromEnvironment();
  const app = await createApp(settings);
  exitOnUnexpectedErrors(app);
  stopOnSignals(app);
  const address = await listen(app);
  process.stdout.write(banner(settings, address));
}

main().catch((error: unknown) => {
  reportFailedStart(error);
  process.exit(1);
});
