import { MetadataDocuments } from '../oauth/metadata/metadata-documents';
import type { ServerAddresses } from './client-snippets';

/** Knows where clients find the servers of these settings: what their metadata document says. */
export class ServerDirectory {
  constructor(private readonly documents: MetadataDocuments) {}

  /** The issuer and its endpoints. */
  async addresses(): Promise<ServerAddresses> {
    const { body } = (await this.documents.get()).authorizationServer;
    const document = JSON.parse(body.toString()) as ServerAddresses & Readonly<Record<string, unknown>>;
    const endpoints = Object.entries(document).filter(([name]) => name.endsWith('_endpoint'));
    return { ...Object.fromEntries(endpoints), issuer: document.issuer } as ServerAddresses;
  }
}
