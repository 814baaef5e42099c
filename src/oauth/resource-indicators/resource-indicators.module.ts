import { Global, Module } from '@nestjs/common';
import { AuthModule } from '../../auth/auth.module';
import { ClientsModule } from '../../clients/clients.module';
import { ConsentsModule } from '../../consents/consents.module';
import { ResourceServersModule } from '../../resource-servers/resource-servers.module';
import { ConsentKeeper } from './consent-keeper';
import { ProtocolScopes } from './protocol-scopes';
import { ResourceServerChanges } from './resource-server-changes';
import { ResourceServerReader } from './resource-server-reader';
import { ResourceServerRegistrations } from './resource-server-registrations';
import { ScopeCatalog } from './scope-catalog';

/**
 * Scopes (RFC 6749 §3.3) and resource indicators (RFC 8707): which resource servers there are, whose a scope is, and what a client may ask for.
 * An access token is for the resource servers that the request names; where it names none, its scopes say which is meant.
 */
@Global()
@Module({
  imports: [AuthModule, ClientsModule, ConsentsModule, ResourceServersModule],
  providers: [
    ConsentKeeper,
    ProtocolScopes,
    ResourceServerChanges,
    ResourceServerReader,
    ResourceServerRegistrations,
    ScopeCatalog,
  ],
  exports: [
    ConsentKeeper,
    ProtocolScopes,
    ResourceServerChanges,
    ResourceServerReader,
    ResourceServerRegistrations,
    ScopeCatalog,
  ],
})
export class ResourceIndicatorsModule {}
