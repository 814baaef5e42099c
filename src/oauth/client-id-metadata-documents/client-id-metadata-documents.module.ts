import { Module } from '@nestjs/common';
import { ClientDirectory } from '../client-authentication/client-directory';
import { ClientRegistrationModule } from '../client-registration/client-registration.module';
import { MetadataContributions } from '../metadata/metadata-contributions';
import { DocumentAddresses } from './document-addresses';
import { DocumentClients } from './document-clients';
import { DocumentRecords } from './document-records';
import { DocumentScopes } from './document-scopes';

/**
 * Client ID metadata documents (draft-ietf-oauth-client-id-metadata-document): a client id that is an https URL is the address of a document which
 * describes the client, so that an application can come here without being registered. People are shown the host of the document, they decide on each
 * such client, and it gets nothing but by them. Software statements in documents are not looked at.
 */
@Module({
  imports: [ClientRegistrationModule],
  providers: [DocumentAddresses, DocumentClients, DocumentRecords, DocumentScopes],
})
export class ClientIdMetadataDocumentsModule {
  constructor(directory: ClientDirectory, clients: DocumentClients, contributions: MetadataContributions) {
    directory.register(clients);
    // Draft §6
    contributions.register(() => ({ client_id_metadata_document_supported: true }));
  }
}
