import { NestFactory } from '@nestjs/core';
import { apiControllers } from '../../src/api-controllers';
import { Configuration } from '../../src/cli/configuration/configuration';
import { HeadlessModule } from '../../src/cli/headless.module';
import { loadSettings } from '../../src/config/load-settings';
import { TEST_ISSUER } from './create-test-app';
import { TEST_KEY } from './server-process';
import type { TestDatabase } from './test-database';

/** The set-up of the server on a database, as the command line works with it, without a start for each command. @param env further settings */
export async function openConfiguration(
  { url }: TestDatabase,
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly configuration: Configuration; close(): Promise<void> }> {
  const settings = loadSettings({
    NODE_ENV: 'test',
    ISSUER: TEST_ISSUER,
    KEY_ENCRYPTION_KEY: TEST_KEY,
    DATABASE_URL: url,
    ...env,
  });
  const module = HeadlessModule.forRoot(settings, apiControllers(settings));
  const context = await NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
  return { configuration: context.get(Configuration, { strict: false }), close: () => context.close() };
}
