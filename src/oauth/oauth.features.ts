import type { OAuthFeatureName, OidcFeatureName } from '../config/oauth-features';
import { AuthorizationCodeModule } from './authorization-code/authorization-code.module';
import { ClientIdMetadataDocumentsModule } from './client-id-metadata-documents/client-id-metadata-documents.module';
import { ClientCredentialsModule } from './client-credentials/client-credentials.module';
import { DpopModule } from './dpop/dpop.module';
import { DynamicRegistrationModule } from './dynamic-registration/dynamic-registration.module';
import { DeviceAuthorizationModule } from './device-authorization/device-authorization.module';
import type { OAuthFeature } from './oauth-feature';
import { IntrospectionModule } from './introspection/introspection.module';
import { JarmModule } from './jarm/jarm.module';
import { JwtBearerModule } from './jwt-bearer/jwt-bearer.module';
import { PushedAuthorizationModule } from './pushed-authorization/pushed-authorization.module';
import { RefreshTokenModule } from './refresh-token/refresh-token.module';
import { RequestObjectsModule } from './request-objects/request-objects.module';
import { RequestUriModule } from './request-objects/request-uri.module';
import { RevocationModule } from './revocation/revocation.module';
import { TokenExchangeModule } from './token-exchange/token-exchange.module';

const rfc = (number: number, section?: string): string =>
  `https://www.rfc-editor.org/rfc/rfc${number}${section === undefined ? '' : `#section-${section}`}`;

/** THE table of what is on: a feature that is switched off (OAUTH_FEATURES) has no route, no grant and no metadata. */
export const OAUTH_FEATURES: Readonly<Record<Exclude<OAuthFeatureName, OidcFeatureName>, OAuthFeature>> = {
  authorization_code: {
    module: AuthorizationCodeModule,
    title: 'Authorization code with PKCE',
    specification: rfc(6749, '4.1'),
  },
  refresh_token: { module: RefreshTokenModule, title: 'Refresh tokens', specification: rfc(6749, '6') },
  client_credentials: { module: ClientCredentialsModule, title: 'Client credentials', specification: rfc(6749, '4.4') },
  device_authorization: { module: DeviceAuthorizationModule, title: 'Device authorization', specification: rfc(8628) },
  token_exchange: { module: TokenExchangeModule, title: 'Token exchange', specification: rfc(8693) },
  jwt_bearer: { module: JwtBearerModule, title: 'JWT authorization grants', specification: rfc(7523, '2.1') },
  revocation: { module: RevocationModule, title: 'Token revocation', specification: rfc(7009) },
  pushed_authorization_requests: {
    module: PushedAuthorizationModule,
    title: 'Pushed authorization requests',
    specification: rfc(9126),
  },
  request_objects: { module: RequestObjectsModule, title: 'Signed requests (JAR)', specification: rfc(9101) },
  jarm: {
    module: JarmModule,
    title: 'Signed authorization responses (JARM)',
    specification: 'https://openid.net/specs/oauth-v2-jarm-final.html',
  },
  request_uri: {
    module: RequestUriModule,
    title: 'Requests at an address of the client (request_uri)',
    specification: rfc(9101, '5.2'),
  },
  dpop: { module: DpopModule, title: 'Proof of possession (DPoP)', specification: rfc(9449) },
  introspection: { module: IntrospectionModule, title: 'Token introspection', specification: rfc(7662) },
  client_id_metadata_documents: {
    module: ClientIdMetadataDocumentsModule,
    title: 'Client ID metadata documents',
    specification: 'https://datatracker.ietf.org/doc/html/draft-ietf-oauth-client-id-metadata-document-02',
  },
  dynamic_registration: {
    module: DynamicRegistrationModule,
    title: 'Dynamic client registration',
    specification: rfc(7591),
  },
};
