import { CommandRunner } from 'nest-commander';
import { editDistance } from '../config/edit-distance';

/** Commands as nest-commander makes them. */
export type CommanderCommand = Parameters<CommandRunner['setCommand']>[0];

/** A name that stands before others: alone it prints what there is, and it knows what a mistyped one may have meant. */
export abstract class CommandGroup extends CommandRunner {
  override setCommand(command: CommanderCommand): this {
    return super.setCommand(command.exitOverride());
  }

  async run(words: string[]): Promise<void> {
    const [word] = words;
    if (word === undefined || word === 'help') {
      this.command.outputHelp();
      return;
    }
    const what = word.startsWith('-') ? 'option' : 'command';
    this.command.error(`error: unknown ${what} '${word}'${this.suggestion(word)}`);
  }

  private suggestion(word: string): string {
    const names = this.command.commands.map((command) => command.name());
    const near = names.filter((name) => editDistance(word, name) <= Math.max(1, Math.floor(name.length / 3)));
    return near.length === 0 ? '' : `\n(Did you mean ${near.join(' or ')}?)`;
  }
}
