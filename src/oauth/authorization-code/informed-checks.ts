import { Injectable } from '@nestjs/common';
import type { AuthorizationCheck } from './authorization-check';
import { AccessCheck } from './checks/access.check';
import { ClientCheck } from './checks/client.check';
import { ResponseModeCheck } from './checks/response-mode.check';
import { ResponseTypeCheck } from './checks/response-type.check';
import { ResponseModes } from './response-modes';
import { ResponseParts } from './response-parts';

/** Those of the endpoint's own checks that need to know more than the request. */
@Injectable()
export class InformedChecks {
  /** In no order: `CHECK_ORDER` says it. */
  readonly all: readonly AuthorizationCheck[];

  constructor(client: ClientCheck, access: AccessCheck, modes: ResponseModes, parts: ResponseParts) {
    this.all = [client, access, new ResponseModeCheck(modes), new ResponseTypeCheck(parts)];
  }
}
