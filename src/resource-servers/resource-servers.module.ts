import { Module } from '@nestjs/common';
import { ResourceServerStore } from './resource-server.store';

/** The APIs whose access tokens this server issues. */
@Module({ providers: [ResourceServerStore], exports: [ResourceServerStore] })
export class ResourceServersModule {}
