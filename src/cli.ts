import { runCommandLine } from './cli/command-line';

void runCommandLine().then((exitCode) => process.exit(exitCode));
