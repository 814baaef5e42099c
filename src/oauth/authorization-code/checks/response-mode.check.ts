import { Injectable } from '@nestjs/common';
import type { AuthorizationCheck } from '../authorization-check';
import type { AuthorizationRequest } from '../authorization-request';
import { ResponseModes } from '../response-modes';

/** The answer travels in a way that there is; with it goes what the client sent as `state`. */
@Injectable()
export class ResponseModeCheck implements AuthorizationCheck {
  readonly name = 'response-mode';
  readonly specification = 'OAuth Multiple Response Types §2.1';

  constructor(private readonly modes: ResponseModes) {}

  run(request: AuthorizationRequest): void {
    const { parameters } = request;
    if (parameters.all('state').length === 1) request.state = parameters.get('state');
    this.modes.settle(request);
  }
}
