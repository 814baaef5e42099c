import { SubCommand } from 'nest-commander';
import { type Client, nameOf } from '../clients/client';
import { representationOfClient } from '../oauth/client-registration/client-representation';
import { Operations } from './operations';
import { OperatorCommand, type OutputOptions } from './operator-command';

/** Lists the clients. */
@SubCommand({ name: 'list', description: 'list all applications, the newest first' })
export class ClientListCommand extends OperatorCommand {
  constructor(private readonly operations: Operations) {
    super();
  }

  async run(_words: string[], options: OutputOptions): Promise<void> {
    const clients: Client[] = [];
    await this.operations.run(async (services) => {
      for await (const client of services.clients.all()) clients.push(client);
    });
    this.print(options, clients.map(dataOf), linesOf(clients).join('\n'));
  }
}

function dataOf(client: Client): Record<string, unknown> {
  return { ...representationOfClient(client), origin: client.origin, disabled: client.disabledAt !== null };
}

function linesOf(clients: readonly Client[]): string[] {
  const rows = clients.map(({ id, metadata, origin }) => [id, metadata.token_endpoint_auth_method, origin]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  return clients.map((client, index) => {
    const columns = rows[index]!.map((text, column) => text.padEnd(widths[column]!));
    return [...columns, `${nameOf(client)}${client.disabledAt === null ? '' : ' (disabled)'}`].join('  ');
  });
}
