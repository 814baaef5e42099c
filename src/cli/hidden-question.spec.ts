import { PassThrough } from 'node:stream';
import { CommandFailed } from './failure';
import { askHidden } from './hidden-question';

describe('a hidden question', () => {
  let input: PassThrough;
  let output: PassThrough;

  beforeEach(() => {
    input = new PassThrough();
    output = new PassThrough();
  });

  it('gives the line that was typed and shows the question only', async () => {
    const answer = askHidden('New password: ', input, output);
    input.write('violet harbour\r');
    expect(await answer).toBe('violet harbour');
    expect(String(output.read())).toBe('New password: \n');
  });

  it('keeps every character that can be typed', async () => {
    const answer = askHidden('New password: ', input, output);
    input.write(' pässwörd 🔑 "$x" \n');
    expect(await answer).toBe(' pässwörd 🔑 "$x" ');
  });

  it.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
  ])('is broken off by %s', async (_name, key) => {
    const answer = askHidden('New password: ', input, output);
    input.write(key);
    await expect(answer).rejects.toThrow(CommandFailed);
  });

  it('is broken off by the end of the input', async () => {
    const answer = askHidden('New password: ', input, output);
    input.end();
    await expect(answer).rejects.toThrow(CommandFailed);
  });
});
