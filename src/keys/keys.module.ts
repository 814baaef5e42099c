import { Module } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { JweOpener } from './jwe-opener';
import { JwtSigner } from './jwt-signer';
import { KeyRing } from './key-ring';
import { KeyRotation } from './key-rotation';
import { VerificationKeys } from './verification-keys';

/** The keys of this server: with which it signs, and to which others encrypt. */
@Module({
  imports: [JwtModule.register({})],
  providers: [JweOpener, JwtSigner, KeyRing, KeyRotation, { provide: VerificationKeys, useExisting: KeyRing }],
  exports: [JwtModule, JweOpener, JwtSigner, KeyRing, KeyRotation, VerificationKeys],
})
export class KeysModule {}
