import { SubCommand } from 'nest-commander';
import { type Client, nameOf } from '../clients/client';
import type { ClientOrigin } from '../clients/client.entity';
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

const HEADINGS = ['client_id', 'authentication', 'described by', 'client_name'];

/** Who has said what a client is. */
const DESCRIBED_BY: Readonly<Record<ClientOrigin, string>> = {
  house: 'this server',
  administrator: 'an administrator',
  dynamic: 'itself',
  document: 'its document',
};

function linesOf(clients: readonly Client[]): string[] {
  const rows = [HEADINGS, ...clients.map(rowOf)];
  const widths = HEADINGS.map((_heading, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((text, column) => text.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
}

function rowOf(client: Client): string[] {
  const name = `${nameOf(client)}${client.disabledAt === null ? '' : ' (disabled)'}`;
  return [client.id, client.metadata.token_endpoint_auth_method, DESCRIBED_BY[client.origin], name];
}
