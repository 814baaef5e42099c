import { Option, SubCommand } from 'nest-commander';
import { CLIENT_PROFILES, type ClientProfile } from '../clients/client-metadata';
import { COMMAND_LINE } from './command-line-origin';
import { Operations } from './operations';
import { OperatorCommand, type OutputOptions } from './operator-command';
import { registrationTokenView } from './registration-token-list.command';

/** In seconds. */
const DAY = 86_400;

/** The most that one token can be good for. */
const MOST = { uses: 10_000, days: 365 };

const NOBODY_TAKES_IT =
  'Note: dynamic_registration is off in these settings. The token is good once the servers have +dynamic_registration in OAUTH_FEATURES.\n';

interface CreateOptions extends OutputOptions {
  readonly label?: string;
  readonly uses?: number;
  readonly days?: number;
  readonly profile?: ClientProfile;
}

/** Makes a token with which an application registers itself. */
@SubCommand({ name: 'create', description: 'let an application register itself' })
export class RegistrationTokenCreateCommand extends OperatorCommand {
  constructor(private readonly operations: Operations) {
    super();
  }

  @Option({ flags: '--label <text>', description: 'for whom it is (needed)' })
  parseLabel(value: string): string {
    return value;
  }

  @Option({ flags: '--uses <number>', description: 'how many clients can be registered with it (default: 1)' })
  parseUses(value: string): number {
    return this.numberIn(value, '--uses', MOST.uses);
  }

  @Option({ flags: '--days <number>', description: 'for how many days it is good (default: 7)' })
  parseDays(value: string): number {
    return this.numberIn(value, '--days', MOST.days);
  }

  @Option({
    flags: '--profile <profile>',
    description: 'oauth2.1, or compat for old OpenID clients, which may do without PKCE (default: oauth2.1)',
  })
  parseProfile(value: string): ClientProfile {
    const profile = CLIENT_PROFILES.find((one) => one === value);
    return profile ?? this.command.error(`error: --profile is ${CLIENT_PROFILES.join(' or ')}`);
  }

  async run(
    _words: string[],
    { label, uses = 1, days = 7, profile = 'oauth2.1', ...output }: CreateOptions,
  ): Promise<void> {
    if (label === undefined) this.command.error('error: --label is needed');
    const access = { label, uses, lifetime: days * DAY, profile };
    const made = await this.operations.run(async ({ registrationTokens, server }) => {
      if ((await server.addresses()).registration_endpoint === undefined) process.stderr.write(NOBODY_TAKES_IT);
      return registrationTokens.issue(access, COMMAND_LINE);
    });
    const view = { ...registrationTokenView(made.known), token: made.token };
    const text = `Initial access token for ${uses === 1 ? 'one client' : `${uses} clients`}, good until ${view.expiresAt}; it is not shown again:`;
    this.print(output, view, `${text}\n${made.token}`);
  }

  private numberIn(value: string, option: string, most: number): number {
    const number = /^\d{1,9}$/.test(value) ? Number(value) : 0;
    if (number < 1 || number > most) this.command.error(`error: ${option} is a number from 1 to ${most}`);
    return number;
  }
}
