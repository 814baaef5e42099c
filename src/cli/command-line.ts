import { CommandFactory } from 'nest-commander';
import { CommandLineModule } from './command-line.module';
import { exitCodeOf, explanationOf } from './failure';

/**
 * Runs the command that the arguments of this process name. Nothing is opened for help and for arguments that make no sense.
 * @returns the exit code: 0 done, 1 refused or failed, 2 not understood
 */
export async function runCommandLine(): Promise<number> {
  try {
    await CommandFactory.run(CommandLineModule, {
      logger: false,
      abortOnError: false,
      serviceErrorHandler: (error) => Promise.reject(error),
    });
    return 0;
  } catch (error) {
    const explanation = explanationOf(error);
    if (explanation !== null) process.stderr.write(`${explanation}\n`);
    return exitCodeOf(error);
  }
}
