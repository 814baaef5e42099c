import type { FastifyReply } from 'fastify';
import type { Representation } from './representation';

/** What a route answers to everybody alike; undefined as long as it is not made, when the route itself has to make it. */
type DocumentSource = () => Representation | undefined;

/** A document as it goes out: its bytes, and header lines as Node.js takes them. */
interface ReadyDocument {
  readonly representation: Representation;
  readonly headers: readonly string[];
  readonly body: Buffer;
}

interface PublishedDocument {
  readonly source: DocumentSource;
  readonly cacheControl: string;
  ready?: ReadyDocument;
}

/**
 * Documents that are the same for everybody and asked for all the time: discovery, keys. A plain GET is answered from here, as the bytes and header lines
 * that they are, before anything that looks at who asks; for everything else (HEAD, a client that has it already) the route of that pattern is there.
 */
export class PublishedDocuments {
  private readonly documents = new Map<string, PublishedDocument>();

  /** Has a document answered early. @param pattern that of its route */
  publish(pattern: string, source: DocumentSource, cacheControl: string): void {
    this.documents.set(pattern, { source, cacheControl });
  }

  /**
   * @param headers what every answer of that route carries, always the same; the document may say otherwise
   * @returns whether there is such a document, and it was sent
   */
  send(pattern: string, headers: Readonly<Record<string, string>>, requestId: string, reply: FastifyReply): boolean {
    const document = this.documents.get(pattern);
    const representation = document?.source();
    if (document === undefined || representation === undefined) return false;
    if (document.ready?.representation !== representation) document.ready = made(document, representation, headers);
    reply.hijack();
    reply.raw.writeHead(200, [...document.ready.headers, 'x-request-id', requestId]);
    reply.raw.end(document.ready.body);
    return true;
  }
}

function made(
  { cacheControl }: PublishedDocument,
  representation: Representation,
  headers: Readonly<Record<string, string>>,
): ReadyDocument {
  const body = Buffer.from(representation.body);
  const all = {
    ...headers,
    'cache-control': cacheControl,
    etag: representation.etag,
    'content-type': representation.type,
    'content-length': String(body.length),
  };
  return { representation, body, headers: Object.entries(all).flat() };
}
