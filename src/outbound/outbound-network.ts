import { Resolver } from 'node:dns/promises';
import type { LookupFunction, TcpNetConnectOpts } from 'node:net';

/** How long one question to a name server may take, in milliseconds, and how often it is asked. */
const PATIENCE = { timeout: 1_500, tries: 2 };

/** What leads from this server to others; tests put a network of their own in its place. */
export abstract class OutboundNetwork {
  /** Certificates that are trusted beside those of the system, in PEM. */
  readonly authorities: readonly string[] = [];

  /** @returns all addresses of a host; none where it is not known */
  abstract resolve(host: string, signal: AbortSignal): Promise<readonly string[]>;

  /** How to connect to one of these addresses, and to nothing else. */
  abstract route(host: string, port: number, addresses: readonly string[]): TcpNetConnectOpts;
}

/** The network of the machine. */
export class SystemNetwork extends OutboundNetwork {
  /**
   * Asks the name servers directly. The resolver of the operating system would hold a thread of the pool for as long as a stranger's name server
   * keeps silent, and the database lives on these threads.
   */
  async resolve(host: string, signal: AbortSignal): Promise<readonly string[]> {
    const resolver = new Resolver(PATIENCE);
    const cancel = (): void => resolver.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    try {
      const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
      return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  }

  route(host: string, port: number, addresses: readonly string[]): TcpNetConnectOpts {
    return { host, port, lookup: pinned(addresses), autoSelectFamily: true };
  }
}

/** Answers with the addresses that were checked, whatever a name server would say by now (DNS rebinding). */
function pinned(addresses: readonly string[]): LookupFunction {
  const all = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  return (_host, options, answer) => {
    if (options.all === true) answer(null, all);
    else answer(null, all[0]?.address ?? '', all[0]?.family);
  };
}
