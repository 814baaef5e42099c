import { Global, Module } from '@nestjs/common';
import { ClientsModule } from '../../clients/clients.module';
import { ClientAssertionVerifier } from './client-assertion-verifier';
import { ClientAuthenticationFailures } from './client-authentication-failures';
import { ClientAuthenticationMethods } from './client-authentication-method';
import { ClientAuthenticator } from './client-authenticator';
import { ClientDirectory } from './client-directory';
import { EndpointRequests } from './endpoint-requests';
import { ClientSecretBasic } from './methods/client-secret-basic.client-auth';
import { ClientSecretJwt } from './methods/client-secret-jwt.client-auth';
import { ClientSecretPost } from './methods/client-secret-post.client-auth';
import { NoClientAuthentication } from './methods/none.client-auth';
import { PrivateKeyJwt } from './methods/private-key-jwt.client-auth';

const METHODS = [ClientSecretBasic, ClientSecretPost, ClientSecretJwt, PrivateKeyJwt, NoClientAuthentication];

/**
 * How clients authenticate, at every endpoint that asks for it (RFC 6749 §2.3): one file a method. The coordinator sees to it that exactly one is
 * tried, and that it is the one that the client is registered for.
 */
@Global()
@Module({
  imports: [ClientsModule],
  providers: [
    ClientAssertionVerifier,
    ClientAuthenticationFailures,
    ClientAuthenticator,
    ClientDirectory,
    EndpointRequests,
    ...METHODS,
    {
      provide: ClientAuthenticationMethods,
      inject: METHODS,
      useFactory: (...methods: Parameters<ClientAuthenticationMethods['register']>) => {
        const registry = new ClientAuthenticationMethods();
        for (const method of methods) registry.register(method);
        return registry;
      },
    },
  ],
  exports: [ClientAuthenticator, ClientDirectory, EndpointRequests, ClientAuthenticationMethods, ClientsModule],
})
export class ClientAuthenticationModule {}
