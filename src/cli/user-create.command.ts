import { Option, SubCommand } from 'nest-commander';
import { COMMAND_LINE } from './command-line-origin';
import { Operations } from './operations';
import { PasswordCommand, type PasswordCommandOptions } from './password-command';
import { PasswordSource } from './password-source';

/** Options of a command that makes an account. */
export interface CreateOptions extends PasswordCommandOptions {
  readonly username?: string;
  readonly email?: string;
  readonly displayName?: string;
  readonly role?: readonly string[];
}

/** Makes an account, whether REGISTRATION is open or closed. */
@SubCommand({ name: 'create', description: 'make an account' })
export class UserCreateCommand extends PasswordCommand {
  /** Roles that the account gets whatever the options say. */
  protected readonly rolesAnyway: readonly string[] = [];

  constructor(
    private readonly operations: Operations,
    private readonly passwords: PasswordSource,
  ) {
    super();
  }

  @Option({ flags: '--username <name>', description: 'the name to sign in with (needed)' })
  parseUsername(value: string): string {
    return value;
  }

  @Option({ flags: '--email <address>', description: 'the e-mail address (needed)' })
  parseEmail(value: string): string {
    return value;
  }

  @Option({ flags: '--display-name <name>', description: 'the name that others see' })
  parseDisplayName(value: string): string {
    return value;
  }

  @Option({ flags: '--role <role>', description: 'a role; give the option once for each' })
  parseRole(value: string, before: readonly string[] = []): string[] {
    return [...before, value];
  }

  async run(_words: string[], options: CreateOptions): Promise<void> {
    const { username, email, displayName = null } = options;
    // Not left to commander, which would complain of this before it complains of a misspelt option.
    if (username === undefined || email === undefined) this.command.error('error: --username and --email are needed');
    const roles = [...new Set([...this.rolesAnyway, ...(options.role ?? [])])];
    const { password, generated } = await this.passwords.read(options);
    const id = await this.operations.run(({ accounts }) =>
      accounts.create({ username, email, displayName, roles, password }, COMMAND_LINE),
    );
    const data = { id, username, email, displayName, roles, ...(generated ? { password } : {}) };
    const has = roles.length === 0 ? '' : ` with the role${roles.length > 1 ? 's' : ''} ${roles.join(', ')}`;
    this.print(options, data, [`Made ${username}${has}.`, ...(generated ? [`Password: ${password}`] : [])].join('\n'));
  }
}
