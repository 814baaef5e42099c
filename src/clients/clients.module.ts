import { Module } from '@nestjs/common';
import { ClientKeys } from './client-keys';
import { ClientSecrets } from './client-secrets';
import { ClientStore } from './client-store';
import { DescribedClients } from './described-clients';
import { InitialAccessTokens } from './initial-access-tokens';

const PROVIDERS = [ClientKeys, ClientSecrets, ClientStore, DescribedClients, InitialAccessTokens];

/** The applications that ask for tokens, and their credentials. */
@Module({ providers: PROVIDERS, exports: PROVIDERS })
export class ClientsModule {}
