import { SetUp } from './auth/set-up';
import { banner } from './banner';
import { createApp, listen } from './bootstrap';
import { settingsFromEnvironment } from './config/environment';
import { sizeThreadPool } from './config/thread-pool';
import { exitOnUnexpectedErrors, renewOnSignal, reportFailedStart, stopOnSignals } from './lifecycle';

async function main(): Promise<void> {
  sizeThreadPool();
  const settings = settingsFromEnvironment();
  const app = await createApp(settings);
  exitOnUnexpectedErrors(app);
  stopOnSignals(app);
  renewOnSignal(app);
  const address = await listen(app);
  const setUpLink = await app.get(SetUp, { strict: false }).begin();
  process.stdout.write(banner(settings, address, setUpLink));
}

main().catch((error: unknown) => {
  reportFailedStart(error);
  process.exit(1);
});
