import CachePolicy from 'http-cache-semantics';
import type { OutboundAnswer } from './outbound-request';

/** How long documents may be kept, in seconds: what their servers say counts between these bounds. */
export interface FreshnessBounds {
  readonly least: number;
  readonly most: number;
}

/** What is known of how long a document is good, and how to ask whether it still is (RFC 9111). */
export class Freshness {
  private constructor(private readonly policy: CachePolicy) {}

  /** Of a document that was just fetched. */
  static of({ status, headers }: OutboundAnswer): Freshness {
    return new Freshness(new CachePolicy({ headers: {} }, { status, headers: readable(headers) }, { shared: false }));
  }

  /** Of the same document, now that its server has said that it has not changed (RFC 9111 §4.3.4). */
  renewed({ headers }: OutboundAnswer): Freshness {
    return new Freshness(
      this.policy.revalidatedPolicy({ headers: {} }, { status: 304, headers: readable(headers) }).policy,
    );
  }

  /** For how many seconds it is good, counted from its answer. */
  lifetime({ least, most }: FreshnessBounds): number {
    return Math.min(Math.max(this.policy.maxAge() - this.policy.age(), least), most);
  }

  /** The headers that ask whether it has changed (RFC 9110 §13.1). */
  get validators(): Readonly<Record<string, string>> {
    const asked = this.policy.revalidationHeaders({ headers: {} });
    return Object.fromEntries(
      ['if-none-match', 'if-modified-since'].flatMap((name) => {
        const value = asked[name];
        return typeof value === 'string' ? [[name, value]] : [];
      }),
    );
  }
}

/** RFC 9111 §5.2: the names of directives are compared without regard to case, which the library leaves to its callers. */
function readable(headers: OutboundAnswer['headers']): CachePolicy.Headers {
  const { 'cache-control': directives } = headers;
  return { ...headers, ...(directives === undefined ? {} : { 'cache-control': directives.toLowerCase() }) };
}
