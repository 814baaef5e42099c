import type { IncomingMessage, ServerResponse } from 'node:http';
import { loadSettings } from '../config/load-settings';
import { createLog } from '../logging/log';
import { FakeClock } from '../../test/support/fake-clock';
import { StrangersWeb } from '../../test/support/strangers-web';
import type { DocumentKind, DocumentSource } from './document-source';
import { OutboundDocuments } from './outbound-documents';
import { OutboundFetcher } from './outbound-fetcher';

interface Value {
  readonly text: string;
}

const ADDRESS = 'https://client.example/document';

describe('a source of documents', () => {
  let web: StrangersWeb;
  let clock: FakeClock;

  beforeEach(async () => {
    web = await StrangersWeb.open();
    clock = new FakeClock();
  });

  afterEach(() => web.close());

  let held: ServerResponse[] | null = null;
  beforeEach(() => (held = []));
  /** Does not answer, until it is let go. */
  const hold = (_request: IncomingMessage, response: ServerResponse): void => {
    if (held === null) response.destroy();
    else held.push(response);
  };
  const letGo = (): void => {
    const all = held ?? [];
    held = null;
    for (const response of all) response.destroy();
  };

  function source(changes: Partial<DocumentKind<Value>> = {}): DocumentSource<Value> {
    const fetcher = new OutboundFetcher(web, loadSettings({}), createLog('silent'));
    return new OutboundDocuments(fetcher, clock).define({
      accept: 'text/plain',
      mostBytes: 1_000,
      freshness: { least: 60, most: 3_600 },
      staleFor: 7_200,
      retryAfter: 30,
      host: { atOnce: 4, aMinute: 30 },
      capacity: { documents: 10, bytes: 100_000 },
      read: ({ body, type }) =>
        type === 'text/plain' ? { value: { text: body.toString() } } : { fault: 'its type is odd' },
      ...changes,
    });
  }

  const serve = (text: string, headers: Readonly<Record<string, string>> = {}, status = 200, url = ADDRESS) =>
    web.serve(url, text, { 'content-type': 'Text/Plain; charset=utf-8', ...headers }, status);

  const textOf = async (from: DocumentSource<Value>, since?: number) => {
    const sought = await from.get(ADDRESS, since);
    return sought.outcome === 'found' ? sought.value.text : sought.reason;
  };

  it.each([
    ['max-age=600', 600],
    ['Max-Age=600', 600],
    ['private, max-age="600"', 600],
    ['s-maxage=5, max-age=600', 600],
    ['max-age=1', 60],
    ['max-age=86400', 3_600],
    ['no-store', 60],
    ['No-Store, max-age=600', 60],
    ['no-cache, max-age=600', 60],
    ['max-age=600, stale-while-revalidate=3000', 600],
    ['max-age=-5', 60],
    ['max-age=nonsense', 60],
    ['', 60],
  ])('keeps what comes with Cache-Control: %s for %i seconds (RFC 9111 §4.2)', async (directives, seconds) => {
    const documents = source();
    serve('one', directives === '' ? {} : { 'cache-control': directives });
    expect(await textOf(documents)).toBe('one');
    serve('two');
    clock.advance(seconds - 1);
    expect(await textOf(documents)).toBe('one');
    clock.advance(1);
    expect(await textOf(documents)).toBe('two');
  });

  it('counts the age that a document has already, and takes Expires where there is no max-age (RFC 9111 §4.2.1)', async () => {
    const documents = source();
    const date = 'Tue, 24 Nov 2026 09:00:00 GMT';
    serve('one', { 'cache-control': 'max-age=600', age: '400' });
    await textOf(documents);
    clock.advance(200);
    serve('two', { date, expires: 'Tue, 24 Nov 2026 09:10:00 GMT' });
    expect(await textOf(documents)).toBe('two');
    clock.advance(599);
    serve('three');
    expect(await textOf(documents)).toBe('two');
    clock.advance(1);
    expect(await textOf(documents)).toBe('three');
  });

  it('answers from memory without a promise', async () => {
    const documents = source();
    serve('one');
    await documents.get(ADDRESS);
    expect(documents.get(ADDRESS)).toMatchObject({ outcome: 'found', value: { text: 'one' } });
  });

  it('asks whether a document has changed, rather than for the document (RFC 9110 §13.1)', async () => {
    const documents = source();
    serve('one', { etag: '"v1"', 'cache-control': 'max-age=100' });
    const first = await documents.get(ADDRESS);
    clock.advance(100);
    serve('', { etag: '"v1"', 'cache-control': 'max-age=500' }, 304);
    const second = await documents.get(ADDRESS);
    expect(web.requests[1]?.headers['if-none-match']).toBe('"v1"');
    expect(second).toEqual({ ...first, checkedAt: clock.now() });
    clock.advance(499);
    expect(await textOf(documents)).toBe('one');
    expect(web.requests).toHaveLength(2);
    clock.advance(1);
    serve('two', { etag: '"v2"' });
    expect(await textOf(documents)).toBe('two');
  });

  it('DCR-11: takes no 304 for a document that it does not have', async () => {
    serve('', { etag: '"v1"' }, 304);
    expect(await textOf(source())).toBe('status');
  });

  it('DCR-11: fetches once for all who want the same at the same time', async () => {
    const documents = source();
    web.host('client.example', (_request, response) => {
      setTimeout(() => response.setHeader('content-type', 'text/plain').end('one'), 50);
    });
    const texts = await Promise.all(Array.from({ length: 1_000 }, () => textOf(documents)));
    expect(new Set(texts)).toEqual(new Set(['one']));
    expect(web.requests).toHaveLength(1);
  });

  it('leaves a server alone for a while after a failure', async () => {
    const documents = source();
    serve('', {}, 500);
    expect([await textOf(documents), await textOf(documents)]).toEqual(['status', 'status']);
    serve('one');
    clock.advance(29);
    expect(await textOf(documents)).toBe('status');
    expect(web.requests).toHaveLength(1);
    clock.advance(1);
    expect(await textOf(documents)).toBe('one');
  });

  it('goes on with what it has while the server fails, and not for ever (RFC 5861 §4)', async () => {
    const documents = source();
    serve('one');
    await textOf(documents);
    clock.advance(60);
    serve('', {}, 500);
    expect(await textOf(documents)).toBe('one');
    clock.advance(29);
    expect(await textOf(documents)).toBe('one');
    expect(web.requests).toHaveLength(2);
    clock.advance(7_200 - 60 - 29 - 1);
    expect(await textOf(documents)).toBe('one');
    clock.advance(1);
    expect(await textOf(documents)).toBe('status');
  });

  it.each([404, 410])('goes on with nothing that is gone: %i', async (status) => {
    const documents = source();
    serve('one');
    await textOf(documents);
    clock.advance(60);
    serve('', {}, status);
    expect(await textOf(documents)).toBe('absent');
  });

  it('does not take what cannot be read, nor keep it as long as its headers say', async () => {
    const documents = source();
    serve('{}', { 'content-type': 'text/html', 'cache-control': 'max-age=3000' });
    expect(await textOf(documents)).toBe('unacceptable');
    clock.advance(30);
    serve('one');
    expect(await textOf(documents)).toBe('one');
  });

  it('looks again where somebody needs to know what is there now', async () => {
    const documents = source();
    serve('one', { 'cache-control': 'max-age=3000' });
    await textOf(documents);
    serve('two');
    clock.advance(10);
    expect(await textOf(documents, clock.now() - 20_000)).toBe('one');
    expect(await textOf(documents, clock.now() - 5_000)).toBe('two');
  });

  it('asks one host so often in a minute and no more, and no other host pays for it', async () => {
    const documents = source({ host: { atOnce: 10, aMinute: 3 } });
    for (const number of [1, 2, 3, 4, 5]) serve('one', {}, 200, `${ADDRESS}-${number}`);
    const urls = [1, 2, 3, 4, 5].map((number) => `${ADDRESS}-${number}`);
    const sought = await Promise.all(urls.map(async (url) => documents.get(url)));
    expect(sought.map((each) => (each.outcome === 'found' ? 'found' : each.reason))).toEqual([
      ...['found', 'found', 'found'],
      ...['busy', 'busy'],
    ]);
    serve('other', {}, 200, 'https://other.example/');
    expect(await documents.get('https://other.example/')).toMatchObject({ outcome: 'found' });
    clock.advance(60);
    expect(await documents.get(urls[4]!)).toMatchObject({ outcome: 'found' });
  });

  it('keeps no host waiting for a slow one', async () => {
    const documents = source({ host: { atOnce: 2, aMinute: 100 }, timeLimit: 30_000 });
    web.host('slow.example', hold);
    const slow = Array.from({ length: 50 }, async (_, number) => documents.get(`https://slow.example/${number}`));
    serve('one');
    expect(await textOf(documents)).toBe('one');
    letGo();
    const outcomes = await Promise.all(slow);
    const reasons = outcomes.map((each) => (each.outcome === 'failed' ? each.reason : ''));
    expect([reasons.filter((reason) => reason === 'busy').length, web.connections.length]).toEqual([48, 3]);
  });

  it('keeps no more than it has room for', async () => {
    const documents = source({ capacity: { documents: 2, bytes: 100_000 } });
    const urls = [1, 2, 3].map((number) => `${ADDRESS}-${number}`);
    for (const url of urls) {
      serve('one', {}, 200, url);
      await documents.get(url);
    }
    expect(documents.get(urls[2]!)).not.toBeInstanceOf(Promise);
    const first = documents.get(urls[0]!);
    expect(first).toBeInstanceOf(Promise);
    await first;
    const heavy = source({ capacity: { documents: 100, bytes: 2_000 } });
    for (const url of urls) {
      serve('x'.repeat(900), {}, 200, url);
      await heavy.get(url);
    }
    expect(heavy.get(urls[2]!)).not.toBeInstanceOf(Promise);
    const second = heavy.get(urls[1]!);
    expect(second).toBeInstanceOf(Promise);
    await second;
  });

  it('DOS-06: those of one site that nobody knows take no room from others, by however many names', async () => {
    for (let host = 0; host < 40; host++) web.host(`h${host}.evil.example`, hold);
    serve('good');
    const from = source({ timeLimit: 30_000 });
    const slow = Array.from({ length: 80 }, async (_, index) =>
      from.get(`https://h${index % 40}.evil.example/${index}`),
    );
    expect(await textOf(from)).toBe('good');
    letGo();
    const outcomes = await Promise.all(slow);
    expect(outcomes.filter((sought) => sought.outcome === 'failed' && sought.reason === 'busy')).toHaveLength(76);
  });

  it('DOS-06: those that nobody knows take no room from those that are known', async () => {
    serve('known');
    const from = source({ timeLimit: 30_000 });
    expect(await textOf(from)).toBe('known');
    clock.advance(3_601);
    serve('known still');
    for (let site = 0; site < 100; site++) web.host(`evil${site}.example`, hold);
    const slow = Array.from({ length: 100 }, async (_, site) => from.get(`https://evil${site}.example/`));
    expect(await textOf(from)).toBe('known still');
    letGo();
    await Promise.all(slow);
  });
});
