import { Inject, Injectable, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Accounts } from '../auth/accounts';
import type { Client } from '../clients/client';
import { ClientStore } from '../clients/client.store';
import { InitialAccessTokens } from '../clients/initial-access-tokens';
import { settingsFromEnvironment } from '../config/environment';
import type { Settings } from '../config/settings';
import { KeyRing } from '../keys/key-ring';
import { KeyRotation } from '../keys/key-rotation';
import { ClientRegistrations } from '../oauth/client-registration/client-registrations';
import { MetadataDocuments } from '../oauth/metadata/metadata-documents';
import { ScopeCatalog } from '../oauth/resource-indicators/scope-catalog';
import type { User } from '../users/user.entity';
import { UserStore } from '../users/user.store';
import { clientFailure } from './client-failures';
import { Configuration } from './configuration/configuration';
import { CommandFailed } from './failure';
import { HeadlessModule } from './headless.module';
import { ServerDirectory } from './server-directory';

/** What of the server the commands work with. */
export interface Services {
  readonly accounts: Accounts;
  readonly users: UserStore;
  readonly keys: KeyRotation;
  readonly keyRing: KeyRing;
  readonly clients: ClientStore;
  readonly registrations: ClientRegistrations;
  readonly scopes: ScopeCatalog;
  readonly server: ServerDirectory;
  readonly configuration: Configuration;
  readonly registrationTokens: InitialAccessTokens;
}

/** The controllers that the servers of these settings have. */
export type ApiOf = (settings: Settings) => readonly Type[];

/** Injection token of the {@link ApiOf} the servers: whoever puts the house together knows it. */
export const API_OF = Symbol('ApiOf');

/** Opens the database of the settings for one piece of work. */
@Injectable()
export class Operations {
  constructor(@Inject(API_OF) private readonly apiOf: ApiOf) {}

  /**
   * Does a piece of work on the same database as the servers, and closes it again.
   * @throws {StartupError} when the settings or the database cannot be used
   */
  async run<Result>(work: (services: Services) => Promise<Result>): Promise<Result> {
    const settings = settingsFromEnvironment();
    const module = HeadlessModule.forRoot(settings, this.apiOf(settings));
    const application = await NestFactory.createApplicationContext(module, { logger: false, abortOnError: false });
    const get = <Service>(type: abstract new (...parameters: never[]) => Service) =>
      application.get<Service>(type, { strict: false });
    try {
      return await work({
        accounts: get(Accounts),
        users: get(UserStore),
        keys: get(KeyRotation),
        keyRing: get(KeyRing),
        clients: get(ClientStore),
        registrations: get(ClientRegistrations),
        scopes: get(ScopeCatalog),
        server: new ServerDirectory(get(MetadataDocuments)),
        configuration: get(Configuration),
        registrationTokens: get(InitialAccessTokens),
      });
    } finally {
      await application.close();
    }
  }

  /**
   * Does a piece of work on the account of somebody.
   * @param login their user name or e-mail address
   * @throws {CommandFailed} when nobody has it
   */
  onAccount<Result>(login: string, work: (user: User, services: Services) => Promise<Result>): Promise<Result> {
    return this.run(async (services) => {
      const found = await services.users.findForSignIn(login);
      if (found === null) {
        throw new CommandFailed(`Nobody has the user name or e-mail address ${JSON.stringify(login)}.`);
      }
      return work(found.user, services);
    });
  }

  /**
   * Does a piece of work on a client.
   * @throws {CommandFailed} when there is none of that id
   */
  onClient<Result>(id: string, work: (client: Client, services: Services) => Promise<Result>): Promise<Result> {
    return this.run(async (services) => {
      const client = await services.clients.read(id);
      if (client === null) throw clientFailure(id, { outcome: 'unknown' });
      return work(client, services);
    });
  }
}
