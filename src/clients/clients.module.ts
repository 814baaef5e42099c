import { Module } from '@nestjs/common';
import { ClientEncryption } from './client-encryption';
import { ClientKeys } from './client-keys';
import { ClientSecrets } from './client-secrets';
import { ClientStore } from './client.store';
import { DescribedClients } from './described-clients';
import { InitialAccessTokens } from './initial-access-tokens';
import { SectorDocuments } from './sector-documents';

const PROVIDERS = [
  ClientEncryption,
  ClientKeys,
  ClientSecrets,
  ClientStore,
  DescribedClients,
  InitialAccessTokens,
  SectorDocuments,
];

/** The applications that ask for tokens, and their credentials. */
@Module({ providers: PROVIDERS, exports: PROVIDERS })
export class ClientsModule {}
