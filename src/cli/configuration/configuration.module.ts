import { Module } from '@nestjs/common';
import { AuthModule } from '../../auth/auth.module';
import { ClientsModule } from '../../clients/clients.module';
import { ClientRegistrationModule } from '../../oauth/client-registration/client-registration.module';
import { ClientPlanner } from './client-planner';
import { ClientSection } from './client-section';
import { Configuration } from './configuration';
import { ResourceServerSection } from './resource-server-section';
import { RoleSection } from './role-section';
import { UserPlanner } from './user-planner';
import { UserSection } from './user-section';

/** The set-up of the server as a file. */
@Module({
  imports: [AuthModule, ClientsModule, ClientRegistrationModule],
  providers: [
    ClientPlanner,
    ClientSection,
    Configuration,
    ResourceServerSection,
    RoleSection,
    UserPlanner,
    UserSection,
  ],
  exports: [Configuration],
})
export class ConfigurationModule {}
