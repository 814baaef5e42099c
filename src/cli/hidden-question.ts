import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { CommandFailed } from './failure';

/**
 * Asks for a line on a terminal without showing what is typed.
 * @throws {CommandFailed} when it is broken off
 */
export async function askHidden(
  question: string,
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
): Promise<string> {
  const unseen = new PassThrough().resume();
  const reader = createInterface({ input, output: unseen, terminal: true, historySize: 0 });
  output.write(question);
  try {
    return await new Promise<string>((resolve, reject) => {
      reader.once('line', resolve);
      reader.once('close', () => reject(new CommandFailed('Nothing was changed.')));
    });
  } finally {
    reader.close();
    output.write('\n');
  }
}
