import { Module } from '@nestjs/common';
import { AuthorizationChecks } from '../authorization-code/authorization-check';
import { MetadataContributions } from '../metadata/metadata-contributions';
import { RequestDocuments } from './request-documents';
import { RequestUriCheck } from './request-uri.check';

/**
 * Request objects by reference (RFC 9101 §5.2, OpenID Connect Core §6.2): at an https address that the client has registered, fetched as everything is that
 * strangers name. No redirect is followed, and no address is asked that is not registered.
 */
@Module({ providers: [RequestDocuments, RequestUriCheck] })
export class RequestUriModule {
  constructor(checks: AuthorizationChecks, check: RequestUriCheck, contributions: MetadataContributions) {
    checks.register(check);
    contributions.register(() => ({ require_request_uri_registration: true }));
  }
}
