import { Inject, Injectable } from '@nestjs/common';
import { SETTINGS, type Settings } from '../config/settings';
import { LOG, type Log } from '../logging/log';
import { isPublicAddress } from './outbound-address';
import { OutboundNetwork } from './outbound-network';
import { type BoundedRequest, type OutboundAnswer, send, TooLarge } from './outbound-request';
import { type OutboundTarget, targetOf } from './outbound-target';

/** How long a fetch may take from the first question to a name server to the last byte, in milliseconds, if nobody says otherwise. */
const TIME_LIMIT = 5_000;

/** A host with more addresses than this is not asked which of them it means. */
const MOST_ADDRESSES = 32;

/** Why there is no document; for the log, never for whoever caused the fetch. */
export type FetchFailure =
  /** The address is none that is fetched, or its host is in a network that strangers have no business with. */
  | 'refused'
  /** No name, no connection, no good certificate, or no HTTP. */
  | 'unreachable'
  | 'too-slow'
  | 'too-large'
  /** 404 or 410: there is none, and whoever is responsible says so. */
  | 'absent'
  /** Any other status than 200; redirects are among them. */
  | 'status'
  /** It came, and is not what was asked for. */
  | 'unacceptable'
  /** Too many are being fetched. */
  | 'busy';

/** A fetch that failed, and why. */
export interface FailedFetch {
  readonly outcome: 'failed';
  readonly reason: FetchFailure;
  readonly detail?: string;
}

/** What came of a fetch. */
export type Fetched =
  | { readonly outcome: 'document'; readonly answer: OutboundAnswer }
  /** What was fetched before is still right (RFC 9110 §15.4.5). */
  | { readonly outcome: 'unchanged'; readonly answer: OutboundAnswer }
  | FailedFetch;

/** What came of sending something: how its receiver has answered, or why there is no answer. */
export type Posted = { readonly outcome: 'answered'; readonly status: number } | FailedFetch;

/** What is fetched, and within which bounds. */
export interface FetchRequest {
  readonly url: string;
  /** The media types that are wanted, as the header says it. */
  readonly accept: string;
  readonly mostBytes: number;
  /** How long it may take in all, in milliseconds. */
  readonly timeLimit?: number | undefined;
  /** Of a document from before: `if-none-match` and `if-modified-since`. */
  readonly validators?: Readonly<Record<string, string>>;
}

/** THE way in which this server fetches what strangers name, and sends them something: nothing else here opens a connection to where a stranger wants it. */
@Injectable()
export class OutboundFetcher {
  constructor(
    private readonly network: OutboundNetwork,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** Fetches a document. It never throws for what a stranger's server does. */
  async fetch(request: FetchRequest): Promise<Fetched> {
    const target = targetOf(request.url, this.settings.outbound.loopback);
    const fetched =
      target === null ? failed('refused', 'no address that is fetched') : await this.fetchIn(target, request);
    if (fetched.outcome === 'failed') this.report(request.url, fetched.reason, fetched.detail);
    return fetched;
  }

  /** Sends a form; of the answer its status is all that counts. It never throws for what a stranger's server does. */
  async post(url: string, form: URLSearchParams): Promise<Posted> {
    const target = targetOf(url, this.settings.outbound.loopback);
    if (target === null) return failed('refused', 'no address that is called');
    const headers = headersOf({ accept: '*/*' });
    const sent = await this.sendTo(target, { headers, mostBytes: 0, form: form.toString() }, TIME_LIMIT);
    return 'outcome' in sent ? sent : { outcome: 'answered', status: sent.status };
  }

  private async fetchIn(target: OutboundTarget, request: FetchRequest): Promise<Fetched> {
    const { mostBytes, timeLimit = TIME_LIMIT } = request;
    const answer = await this.sendTo(target, { headers: headersOf(request), mostBytes }, timeLimit);
    return 'outcome' in answer ? answer : outcomeOf(answer, request);
  }

  private async sendTo(
    target: OutboundTarget,
    request: Pick<BoundedRequest, 'headers' | 'mostBytes' | 'form'>,
    timeLimit: number,
  ): Promise<OutboundAnswer | FailedFetch> {
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), timeLimit);
    try {
      const addresses = await this.addressesOf(target, limit.signal);
      if (addresses === null) return failed('refused', 'an address in a network of its own');
      if (addresses.length === 0) return failed('unreachable', 'no such host');
      return await send(this.network, { ...request, target, addresses, signal: limit.signal });
    } catch (error) {
      if (limit.signal.aborted) return failed('too-slow');
      if (error instanceof TooLarge) return failed('too-large');
      return failed('unreachable', (error as Error).message);
    } finally {
      clearTimeout(timer);
      limit.abort();
    }
  }

  /** All addresses of a host; null where one of them is not to be connected to: whoever names it means no good with the others either. */
  private async addressesOf(target: OutboundTarget, signal: AbortSignal): Promise<readonly string[] | null> {
    // Only a host that says of itself to be this machine gets here where loopback is allowed.
    if (target.isLoopback) return target.literal;
    const addresses =
      target.literal.length > 0 ? target.literal : await withSignal(this.network.resolve(target.host, signal), signal);
    return addresses.length <= MOST_ADDRESSES && addresses.every(isPublicAddress) ? addresses : null;
  }

  /** Tells operators why there is no document. */
  report(url: string, reason: FetchFailure, detail: string | undefined): void {
    const where = URL.canParse(url) ? `${new URL(url).origin}${new URL(url).pathname}` : 'no URL';
    this.log.info({ url: where, reason, ...(detail === undefined ? {} : { detail }) }, 'A document was not fetched.');
  }
}

/** A failed fetch. @param detail for the log */
export function failed(reason: FetchFailure, detail?: string): FailedFetch {
  return { outcome: 'failed', reason, ...(detail === undefined ? {} : { detail }) };
}

function headersOf({
  accept,
  validators = {},
}: Pick<FetchRequest, 'accept' | 'validators'>): Readonly<Record<string, string>> {
  // Nothing that says who asks, for whom, or on what software.
  return { accept, 'accept-encoding': 'identity', 'user-agent': 'Gatehouse', ...validators };
}

function outcomeOf(answer: OutboundAnswer, { validators }: FetchRequest): Fetched {
  const { status, headers } = answer;
  // RFC 9110 §15.4.5: 304 is an answer to a condition; where there was none it says nothing.
  if (status === 304 && validators !== undefined && Object.keys(validators).length > 0) {
    return { outcome: 'unchanged', answer };
  }
  if (status === 404 || status === 410) return failed('absent', String(status));
  if (status !== 200) return failed('status', String(status));
  // Compressed, it could become any size; identity was asked for.
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding.trim().toLowerCase() !== 'identity') return failed('unacceptable', 'content-encoding');
  return { outcome: 'document', answer };
}

/** @throws the reason of the signal, as soon as it is aborted */
function withSignal<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return Promise.race([
    promise,
    new Promise<never>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
    }),
  ]);
}
