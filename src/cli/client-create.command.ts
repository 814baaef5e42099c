import { Option, SubCommand } from 'nest-commander';
import { nameOf } from '../clients/client';
import { clientFailure } from './client-failures';
import { type ClientOptions, GRANT_NAMES, grantNamed, metadataOf } from './client-options';
import { sheetData, sheetText } from './client-sheet';
import { CommandFailed } from './failure';
import { COMMAND_LINE } from './command-line-origin';
import { Operations, type Services } from './operations';
import { OperatorCommand } from './operator-command';

/** Registers a client. */
@SubCommand({ name: 'create', description: 'register an application' })
export class ClientCreateCommand extends OperatorCommand {
  constructor(private readonly operations: Operations) {
    super();
  }

  @Option({ flags: '--name <name>', description: 'what people are shown as its name (needed)' })
  parseName(value: string): string {
    return value;
  }

  @Option({
    flags: '--type <type>',
    description: 'confidential (it can keep a secret) or public (default: confidential)',
  })
  parseType(value: string): string {
    return value;
  }

  @Option({
    flags: '--redirect-uri <uri>',
    description: 'where people are sent back to; give the option once for each',
  })
  parseRedirectUri(value: string, before: readonly string[] = []): string[] {
    return [...before, value];
  }

  @Option({
    flags: '--scope <scopes>',
    description: 'scopes that it may ask for, with spaces between, or once for each',
  })
  parseScope(value: string, before: readonly string[] = []): string[] {
    return [...before, value];
  }

  @Option({
    flags: '--grant <type>',
    description: `how it gets tokens, once for each: ${GRANT_NAMES.join(', ')} (default: what suits its kind)`,
  })
  parseGrant(value: string, before: readonly string[] = []): string[] {
    const grant = grantNamed(value) ?? this.command.error(`error: --grant is one of ${GRANT_NAMES.join(', ')}`);
    return [...before, grant];
  }

  @Option({
    flags: '--auth-method <method>',
    description: 'how it authenticates (default: client_secret_basic, or none)',
  })
  parseAuthMethod(value: string): string {
    return value;
  }

  @Option({ flags: '--jwks <file>', description: 'a file with its public keys, for private_key_jwt' })
  parseJwks(value: string): string {
    return value;
  }

  @Option({ flags: '--jwks-uri <url>', description: 'where its public keys are, for private_key_jwt' })
  parseJwksUri(value: string): string {
    return value;
  }

  @Option({ flags: '--id <id>', description: 'an id to have instead of one that is made up' })
  parseId(value: string): string {
    return value;
  }

  async run(_words: string[], options: ClientOptions): Promise<void> {
    if (options.name === undefined) this.command.error('error: --name is needed');
    const metadata = metadataOf(options);
    const sheet = await this.operations.run((services) => register(services, metadata, options.id));
    this.print(options, sheetData(sheet), sheetText(`Registered ${nameOf(sheet.client)}.`, sheet));
  }
}

async function register(
  { registrations, scopes, server }: Services,
  metadata: Record<string, unknown>,
  id: string | undefined,
) {
  const made = await registrations.register({ metadata, origin: 'administrator', id }, COMMAND_LINE);
  if (made.outcome === 'done') return { client: made.client, secret: made.secret, server: await server.addresses() };
  if (made.outcome === 'taken') throw new CommandFailed(`There is a client with the id ${id} already: choose another.`);
  const { message } = clientFailure(id ?? '', made);
  if (!made.problems.some(({ field }) => field === 'scope')) throw new CommandFailed(message);
  const names = [...new Set((await scopes.get()).scopes.map(({ name }) => name))];
  throw new CommandFailed(`${message}\nThere are: ${names.join(', ')}.`);
}
