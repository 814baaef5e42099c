import type { ChangeRefusal } from '../oauth/client-registration/client-changes';
import { CommandFailed } from './failure';

/** The argument of commands about one client, in commander's notation. */
export const WHICH_CLIENT = '<client-id>';

/** What the help says of {@link WHICH_CLIENT}. */
export const WHICH_CLIENT_DESCRIPTION = { 'client-id': 'which client' };

/** Why nothing became of a command about a client, in words for the operator. */
export function clientFailure(id: string, refusal: ChangeRefusal): CommandFailed {
  switch (refusal.outcome) {
    case 'refused':
      return new CommandFailed(refusal.problems.map(({ reason }) => reason).join('\n'));
    case 'unknown':
      return new CommandFailed(`No client has the id ${JSON.stringify(id)}; client list names them all.`);
    case 'own':
      return new CommandFailed(`${id} is the server's own client, which stays as it is.`);
    case 'outdated':
      return new CommandFailed(`Somebody else has changed ${id} at this moment: look at it, and try again.`);
  }
}
