import { Injectable } from '@nestjs/common';
import { InvalidRequest } from '../../protocol/errors';
import type { RequestParameters } from '../../protocol/request-parameters';
import { RESPONSE_MODES, type ResponseMode, responseModeOf } from '../../protocol/response-mode';
import { defaultModeOf } from '../../protocol/response-type';
import type { AuthorizationRequest } from './authorization-request';
import type { ResponseEnclosure } from './response-enclosure';

/** The ways in which answers travel, of those that are switched on. */
@Injectable()
export class ResponseModes {
  private readonly enclosures: ResponseEnclosure[] = [];

  /** Adds a way to enclose answers. */
  register(enclosure: ResponseEnclosure): void {
    this.enclosures.push(enclosure);
  }

  /** The names of all. */
  get names(): readonly string[] {
    return [...RESPONSE_MODES, ...this.enclosures.flatMap(({ modes }) => Object.keys(modes))];
  }

  /**
   * Settles how a request is answered. Tokens never travel in a query, where servers, logs and other sites would read them: what asks for that is answered
   * in the fragment until `response-type` refuses it.
   * @throws {InvalidRequest} where there is no such way
   */
  settle(request: AuthorizationRequest): void {
    const usual = usualModeOf(request.parameters);
    request.responseMode = usual;
    const asked = request.parameters.get('response_mode');
    if (asked === undefined) return;
    const enclosure = this.enclosures.find(({ modes }) => Object.hasOwn(modes, asked)) ?? null;
    const mode = enclosure === null ? responseModeOf(asked) : (enclosure.modes[asked] ?? usual);
    // RFC 6749 §4.1.2.1: the value of a parameter is not valid.
    if (mode === null) {
      throw new InvalidRequest(
        'This response_mode is not supported; the metadata of this server lists those that are.',
      );
    }
    request.enclosure = enclosure;
    request.wantsQuery = mode === 'query';
    request.responseMode = mode === 'query' ? usual : mode;
  }
}

/** How the answer to a request travels that says nothing of it, whatever else is wrong with it. */
export function usualModeOf(parameters: RequestParameters): ResponseMode {
  const [responseType = '', ...others] = parameters.all('response_type');
  return defaultModeOf(others.length === 0 ? responseType : '');
}
