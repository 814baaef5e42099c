import { Module } from '@nestjs/common';
import { ClientKeys } from './client-keys';
import { ClientSecrets } from './client-secrets';
import { ClientStore } from './client-store';

/** The applications that ask for tokens, and their credentials. */
@Module({ providers: [ClientKeys, ClientSecrets, ClientStore], exports: [ClientKeys, ClientSecrets, ClientStore] })
export class ClientsModule {}
