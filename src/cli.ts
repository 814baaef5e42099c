import { apiControllers } from './api-controllers';
import { runCommandLine } from './cli/command-line';

void runCommandLine(process.argv, apiControllers).then((exitCode) => process.exit(exitCode));
