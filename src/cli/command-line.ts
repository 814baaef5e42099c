import { CommandFactory, CommandRunnerService } from 'nest-commander';
import { CommandLineModule } from './command-line.module';
import { exitCodeOf, explanationOf } from './failure';
import type { ApiOf } from './operations';

/**
 * Runs a command. Nothing is opened for help and for arguments that make no sense.
 * @param argv the program, its file, and the words behind them
 * @param apiOf what the servers have that the command works beside
 * @returns the exit code: 0 done, 1 refused or failed, 2 not understood
 */
export async function runCommandLine(argv: readonly string[], apiOf: ApiOf): Promise<number> {
  const commands = await CommandFactory.createWithoutRunning(CommandLineModule.forRoot(apiOf), {
    logger: false,
    serviceErrorHandler: (error) => Promise.reject(error),
  });
  try {
    await commands.get(CommandRunnerService).run([...argv]);
    return 0;
  } catch (error) {
    const explanation = explanationOf(error);
    if (explanation !== null) process.stderr.write(`${explanation}\n`);
    return exitCodeOf(error);
  } finally {
    await commands.close();
  }
}
