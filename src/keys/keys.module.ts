import { Module } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { JwtSigner } from './jwt-signer';
import { KeyRing } from './key-ring';
import { KeyRotation } from './key-rotation';
import { VerificationKeys } from './verification-keys';

/** The signing keys. */
@Module({
  imports: [JwtModule.register({})],
  providers: [JwtSigner, KeyRing, KeyRotation, { provide: VerificationKeys, useExisting: KeyRing }],
  exports: [JwtModule, JwtSigner, KeyRing, KeyRotation, VerificationKeys],
})
export class KeysModule {}
