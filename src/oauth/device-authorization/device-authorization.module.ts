import { Global, Inject, Module } from '@nestjs/common';
import { AuthModule } from '../../auth/auth.module';
import { SETTINGS, type Settings } from '../../config/settings';
import { MetadataContributions } from '../metadata/metadata-contributions';
import { DeviceAuthorizationController } from './device-authorization.controller';
import { DeviceAuthorizations } from './device-authorizations';
import { DeviceCodeGrant } from './device-code.grant';
import { DeviceCodeStore } from './device-code.store';
import { DeviceDecisions } from './device-decisions';
import { UserCodeEntry } from './user-code-entry';

/**
 * Device authorization (RFC 8628): devices without a browser, or without a keyboard, are let in by their person on another one. This folder has the
 * endpoint where a device begins, the grant with which it waits, and what the pages under /device ask and decide; the pages are elsewhere.
 */
@Global()
@Module({
  imports: [AuthModule],
  controllers: [DeviceAuthorizationController],
  providers: [DeviceAuthorizations, DeviceCodeGrant, DeviceCodeStore, DeviceDecisions, UserCodeEntry],
  exports: [DeviceDecisions, UserCodeEntry],
})
export class DeviceAuthorizationModule {
  constructor(contributions: MetadataContributions, @Inject(SETTINGS) { issuer }: Settings) {
    // RFC 8628 §4
    contributions.register(() => ({ device_authorization_endpoint: `${issuer}/oauth/device_authorization` }));
  }
}
