import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../../config/settings';
import { isGoodClientIdUrl } from '../../protocol/client-id-url';

/** Says which addresses may be client ids here: those of the right form, on hosts that the operator lets in. */
@Injectable()
export class DocumentAddresses {
  constructor(@Inject(SETTINGS) private readonly settings: Settings) {}

  /** Whether the document at an address may describe a client. */
  allows(id: string): boolean {
    const { outbound, clientDocuments } = this.settings;
    if (!isGoodClientIdUrl(id, outbound.loopback)) return false;
    const { hostname } = new URL(id);
    const isListed = (hosts: readonly string[]) => hosts.some((host) => fits(hostname, host));
    // Draft §8.9: whom to trust is the operator's to say.
    return (
      !isListed(clientDocuments.deniedHosts) && (clientDocuments.hosts.length === 0 || isListed(clientDocuments.hosts))
    );
  }
}

/** A host alone, or with `*.` all names below it. */
function fits(hostname: string, pattern: string): boolean {
  return pattern.startsWith('*.') ? hostname.endsWith(pattern.slice(1)) : hostname === pattern;
}
