import { Module } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { JwtSigner } from './jwt-signer';
import { KeyRing } from './key-ring';
import { KeyRotation } from './key-rotation';

/** The signing keys. */
@Module({
  imports: [JwtModule.register({})],
  providers: [JwtSigner, KeyRing, KeyRotation],
  exports: [JwtModule, JwtSigner, KeyRing, KeyRotation],
})
export class KeysModule {}
