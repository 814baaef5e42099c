import { SubCommand } from 'nest-commander';
import { nameOf } from '../clients/client';
import { WHICH_CLIENT, WHICH_CLIENT_DESCRIPTION } from './client-failures';
import { sheetData, sheetText } from './client-sheet';
import { Operations } from './operations';
import { OperatorCommand, type OutputOptions } from './operator-command';

/** Shows all that is known of a client but its secrets. */
@SubCommand({
  name: 'show',
  description: 'show what an application is, and what it needs; secrets apart, which nobody can see again',
  arguments: WHICH_CLIENT,
  argsDescription: WHICH_CLIENT_DESCRIPTION,
})
export class ClientShowCommand extends OperatorCommand {
  constructor(private readonly operations: Operations) {
    super();
  }

  async run([id]: [string], options: OutputOptions): Promise<void> {
    const sheet = await this.operations.onClient(id, async (client, { server }) => {
      return { client, secret: null, server: await server.addresses() };
    });
    this.print(options, sheetData(sheet), sheetText(nameOf(sheet.client), sheet));
  }
}
