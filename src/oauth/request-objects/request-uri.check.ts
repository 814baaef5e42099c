import { Injectable } from '@nestjs/common';
import { InvalidRequest } from '../../protocol/errors';
import { InvalidRequestUri } from '../../protocol/request-errors';
import { RequestParameters } from '../../protocol/request-parameters';
import type { AuthorizationCheck } from '../authorization-code/authorization-check';
import type { AuthorizationRequest } from '../authorization-code/authorization-request';
import { trustIfRegistered } from '../authorization-code/registered-redirect';
import { RequestDocuments } from './request-documents';

/** References that this server would have given (RFC 9126 §2.2): they are looked up elsewhere, and never fetched. */
const OWN_REFERENCE = 'urn:';

/** A request object that lies at an address of the client takes the place of the address. */
@Injectable()
export class RequestUriCheck implements AuthorizationCheck {
  readonly name = 'request-uri';
  readonly specification = 'RFC 9101 §5.2, OpenID Connect Core §6.2';

  constructor(private readonly documents: RequestDocuments) {}

  async run(request: AuthorizationRequest): Promise<void> {
    const { parameters, client } = request;
    const address = parameters.get('request_uri');
    if (address === undefined || address.startsWith(OWN_REFERENCE)) return;
    const found = await this.documents.find(address, client.metadata.request_uris);
    const isTwofold = parameters.all('request').length > 0;
    if (isTwofold || found === null) trustIfRegistered(request);
    // RFC 9101 §5
    if (isTwofold) throw new InvalidRequest('request and request_uri exclude each other (RFC 9101 §5).');
    if (found === null) {
      throw new InvalidRequestUri(
        'The request_uri must be one that the client has registered (request_uris), and lead to a request object.',
      );
    }
    const others = parameters.entries.filter(([name]) => name !== 'request_uri');
    request.parameters = RequestParameters.from([...others, ['request', [found]]]);
  }
}
