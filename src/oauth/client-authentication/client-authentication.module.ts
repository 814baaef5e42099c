import { Global, Module } from '@nestjs/common';
import { ClientsModule } from '../../clients/clients.module';
import { ClientAuthenticationFailures } from './client-authentication-failures';
import { ClientAuthenticationMethods } from './client-authentication-method';
import { ClientAuthenticator } from './client-authenticator';
import { EndpointRequests } from './endpoint-requests';
import { ClientSecretBasic } from './methods/client-secret-basic.client-auth';
import { ClientSecretPost } from './methods/client-secret-post.client-auth';
import { NoClientAuthentication } from './methods/none.client-auth';

/**
 * How clients authenticate, at every endpoint that asks for it (RFC 6749 §2.3): one file a method. The coordinator sees to it that exactly one is
 * tried, and that it is the one that the client is registered for.
 */
@Global()
@Module({
  imports: [ClientsModule],
  providers: [
    ClientAuthenticationFailures,
    ClientAuthenticator,
    EndpointRequests,
    ClientSecretBasic,
    ClientSecretPost,
    NoClientAuthentication,
    {
      provide: ClientAuthenticationMethods,
      inject: [ClientSecretBasic, ClientSecretPost, NoClientAuthentication],
      useFactory: (...methods: Parameters<ClientAuthenticationMethods['register']>) => {
        const registry = new ClientAuthenticationMethods();
        for (const method of methods) registry.register(method);
        return registry;
      },
    },
  ],
  exports: [ClientAuthenticator, EndpointRequests, ClientAuthenticationMethods, ClientsModule],
})
export class ClientAuthenticationModule {}
