import { Injectable, Logger } from '@nestjs/common';
import type { DocumentFetcher } from '../../outbound/document-source';
import { failed, type Fetched, type FetchFailure, type FetchRequest } from '../../outbound/outbound-fetcher';
import type { OutboundAnswer } from '../../outbound/outbound-request';

/** How long the issuer may take for an answer, in milliseconds. */
const TIME_LIMIT = 5_000;

/** The most bytes of an answer to a form. */
const MOST_BYTES = 65_536;

/**
 * The way to the issuer. The operator has named it, so that it may be anywhere, in a private network too; what it says is bounded in size and
 * time all the same, and no redirect is followed.
 */
@Injectable()
export class IssuerRequests implements DocumentFetcher {
  private readonly log = new Logger('ResourceServer');

  async fetch({ url, accept, mostBytes, validators = {} }: FetchRequest): Promise<Fetched> {
    const fetched = await this.attempt(url, mostBytes, { headers: { accept, ...validators } });
    if (fetched.outcome === 'failed') this.report(url, fetched.reason, fetched.detail);
    return fetched;
  }

  report(url: string, reason: FetchFailure, detail: string | undefined): void {
    this.log.warn(`${url} could not be read: ${detail ?? reason}`);
  }

  /** Sends a form. @returns null where there is no answer of status 200 */
  async post(
    url: string,
    form: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>>,
  ): Promise<OutboundAnswer | null> {
    const body = new URLSearchParams(form);
    const sent = await this.attempt(url, MOST_BYTES, { method: 'POST', headers: { ...headers }, body });
    if (sent.outcome === 'document') return sent.answer;
    this.log.warn(`${url} gave no answer: ${sent.outcome === 'failed' ? (sent.detail ?? sent.reason) : sent.outcome}`);
    return null;
  }

  private async attempt(url: string, mostBytes: number, init: RequestInit): Promise<Fetched> {
    try {
      const signal = AbortSignal.timeout(TIME_LIMIT);
      const response = await fetch(url, { ...init, redirect: 'manual', signal });
      const answer = {
        status: response.status,
        headers: Object.fromEntries(response.headers),
        body: await bodyOf(response, mostBytes),
      };
      if (response.status === 304) return { outcome: 'unchanged', answer };
      if (response.status === 404 || response.status === 410) return failed('absent', String(response.status));
      if (response.status !== 200) return failed('status', String(response.status));
      return { outcome: 'document', answer };
    } catch (error) {
      return failed('unreachable', error instanceof Error ? error.message : undefined);
    }
  }
}

/** @throws {Error} when it is longer than it may be */
async function bodyOf(response: Response, mostBytes: number): Promise<Buffer> {
  if (response.status !== 200 || response.body === null) {
    await response.body?.cancel();
    return Buffer.alloc(0);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > mostBytes) throw new Error('the answer is too long');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
