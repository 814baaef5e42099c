import { Injectable } from '@nestjs/common';
import { text } from 'node:stream/consumers';
import { CommandFailed } from './failure';
import { generatePassword } from './generated-password';
import { askHidden } from './hidden-question';

/** Where the operator wants the password to come from; asked for where neither is set. */
export interface PasswordOptions {
  readonly passwordStdin?: boolean;
  readonly generatePassword?: boolean;
}

/** A password, and whether nobody knows it yet. */
export interface NewPassword {
  readonly password: string;
  readonly generated: boolean;
}

/** Gets new passwords from where they show in no shell history. */
@Injectable()
export class PasswordSource {
  /** @throws {CommandFailed} when there is no password, or two that differ */
  async read({ passwordStdin, generatePassword: generate }: PasswordOptions): Promise<NewPassword> {
    if (passwordStdin === true && generate === true) {
      throw new CommandFailed('Choose one of --password-stdin and --generate-password.', 2);
    }
    if (generate === true) return { password: generatePassword(), generated: true };
    return { password: await (passwordStdin === true ? this.fromStandardInput() : this.ask()), generated: false };
  }

  private async fromStandardInput(): Promise<string> {
    const password = (await text(process.stdin)).replace(/\r?\n$/, '');
    if (password === '') throw new CommandFailed('There is no password on standard input.');
    return password;
  }

  private async ask(): Promise<string> {
    if (!process.stdin.isTTY) {
      const message =
        'Say where the password comes from: --password-stdin, --generate-password, or a terminal to ask on.';
      throw new CommandFailed(message, 2);
    }
    const password = await askHidden('New password: ', process.stdin, process.stderr);
    const again = await askHidden('The same again: ', process.stdin, process.stderr);
    if (password !== again) throw new CommandFailed('The two differ; nothing was changed.');
    return password;
  }
}
