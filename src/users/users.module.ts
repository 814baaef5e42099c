import { Module } from '@nestjs/common';
import { PasswordHasher } from '../crypto/password-hash';
import { UserStore } from './user-store';

/** The people and their passwords. */
@Module({
  providers: [UserStore, { provide: PasswordHasher, useFactory: () => new PasswordHasher() }],
  exports: [UserStore, PasswordHasher],
})
export class UsersModule {}
