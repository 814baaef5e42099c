import { Module } from '@nestjs/common';
import { availableParallelism } from 'node:os';
import { threadPoolVariable } from '../config/thread-pool';
import { hashingConcurrency, libuvThreadPoolSize, PasswordHasher } from '../crypto/password-hash';
import { ProfileStore } from './profile.store';
import { RoleStore } from './role.store';
import { SetUpLinkStore } from './set-up-link.store';
import { UserStore } from './user.store';

/** The people and their passwords. */
@Module({
  providers: [
    ProfileStore,
    RoleStore,
    SetUpLinkStore,
    UserStore,
    {
      provide: PasswordHasher,
      useFactory: () => {
        const threads = libuvThreadPoolSize(threadPoolVariable());
        return new PasswordHasher({ concurrency: hashingConcurrency(availableParallelism(), threads) });
      },
    },
  ],
  exports: [ProfileStore, RoleStore, SetUpLinkStore, UserStore, PasswordHasher],
})
export class UsersModule {}
