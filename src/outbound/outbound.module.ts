import { type DynamicModule, Global, Module } from '@nestjs/common';
import { OutboundDocuments } from './outbound-documents';
import { OutboundFetcher } from './outbound-fetcher';
import { OutboundPosts } from './outbound-posts';
import { OutboundNetwork, SystemNetwork } from './outbound-network';

/** Gives the whole application its one way to fetch what strangers name, and to send them something. */
@Global()
@Module({})
export class OutboundModule {
  /** @param network another one, for tests */
  static forRoot(network: OutboundNetwork = new SystemNetwork()): DynamicModule {
    return {
      module: OutboundModule,
      providers: [OutboundDocuments, OutboundFetcher, OutboundPosts, { provide: OutboundNetwork, useValue: network }],
      exports: [OutboundDocuments, OutboundFetcher, OutboundPosts],
    };
  }
}
