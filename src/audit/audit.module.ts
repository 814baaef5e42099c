import { Global, Module } from '@nestjs/common';
import { AuditLog } from './audit-log';

/** Gives the whole application the audit log. */
@Global()
@Module({ providers: [AuditLog], exports: [AuditLog] })
export class AuditModule {}
