import { SubCommand } from 'nest-commander';
import type { ClientProfile } from '../clients/client-metadata';
import type { KnownInitialAccessToken } from '../clients/initial-access-tokens';
import { instantOf } from '../http/instant';
import { Operations } from './operations';
import { OperatorCommand, type OutputOptions } from './operator-command';

/** Lists the tokens with which applications can register themselves. */
@SubCommand({ name: 'list', description: 'list the tokens that are good for something yet' })
export class RegistrationTokenListCommand extends OperatorCommand {
  constructor(private readonly operations: Operations) {
    super();
  }

  async run(_words: string[], options: OutputOptions): Promise<void> {
    const tokens = await this.operations.run(({ registrationTokens }) => registrationTokens.list());
    const views = tokens.map(registrationTokenView);
    const lines = views.map(
      ({ id, label, profile, usesLeft, expiresAt }) =>
        `${id}  ${usesLeft} left  until ${expiresAt}  ${profile}  ${JSON.stringify(label)}`,
    );
    this.print(options, views, lines.length === 0 ? 'There are none.' : lines.join('\n'));
  }
}

/** A token as commands print it. */
export interface RegistrationTokenView {
  readonly id: string;
  readonly label: string;
  readonly profile: ClientProfile;
  readonly usesLeft: number;
  /** RFC 3339, UTC. */
  readonly createdAt: string;
  readonly expiresAt: string;
}

/** A token as commands print it. */
export function registrationTokenView(known: KnownInitialAccessToken): RegistrationTokenView {
  return {
    id: known.id,
    label: known.label,
    profile: known.profile,
    usesLeft: Number(known.uses_left),
    createdAt: instantOf(Number(known.created_at)),
    expiresAt: instantOf(Number(known.expires_at)),
  };
}
