import type { Clock } from '../../src/config/clock';
import type { Answer, TestClient } from './test-client';

/** A cookie as a browser keeps it. */
export interface KeptCookie {
  readonly value: string;
  /** The attributes as they were sent, without `Max-Age` and `Expires`. */
  readonly attributes: readonly string[];
  readonly path: string;
  readonly expiresAt: number;
}

/** Keeps cookies as a browser does: sends them by their paths, drops them when they expire or are unset. */
export class CookieBrowser {
  readonly cookies = new Map<string, KeptCookie>();

  constructor(
    private readonly client: TestClient,
    private readonly clock: Clock,
  ) {}

  /** The value of a cookie, or undefined. */
  value(name: string): string | undefined {
    return this.cookies.get(name)?.value;
  }

  async request(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const cookie = this.headerFor(path);
    const answer = await this.client.request(method, path, body, { ...(cookie === '' ? {} : { cookie }), ...headers });
    for (const line of answer.headers.getSetCookie()) this.keep(line);
    return answer;
  }

  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Answer> {
    return this.request('GET', path, undefined, headers);
  }

  /** Posts as a page of the site does: with the CSRF token out of its cookie. */
  post(path: string, body?: unknown, csrfCookie = 'csrf_token'): Promise<Answer> {
    const token = this.value(csrfCookie);
    return this.request('POST', path, body, token === undefined ? {} : { 'x-csrf-token': token });
  }

  private headerFor(path: string): string {
    const now = this.clock.now();
    return [...this.cookies]
      .filter(([, cookie]) => cookie.expiresAt > now && isWithin(path, cookie.path))
      .map(([name, { value }]) => `${name}=${value}`)
      .join('; ');
  }

  private keep(line: string): void {
    const [pair = '', ...attributes] = line.split('; ');
    const [name = '', value = ''] = pair.split(/=(.*)/s);
    const attribute = (wanted: string) =>
      attributes.find((text) => text.toLowerCase().startsWith(`${wanted}=`))?.slice(wanted.length + 1);
    const maxAge = attribute('max-age');
    const expires = attribute('expires');
    const now = this.clock.now();
    const expiresAt =
      maxAge !== undefined
        ? now + Number(maxAge) * 1_000
        : expires !== undefined
          ? Date.parse(expires)
          : Number.POSITIVE_INFINITY;
    if (expiresAt <= now) this.cookies.delete(name);
    else {
      this.cookies.set(name, {
        value,
        attributes: attributes.filter((text) => !/^(?:max-age|expires)=/i.test(text)),
        path: attribute('path') ?? '/',
        expiresAt,
      });
    }
  }
}

/** RFC 6265 §5.1.4. */
function isWithin(target: string, path: string): boolean {
  const [targetPath = ''] = target.split('?');
  return targetPath === path || targetPath.startsWith(path.endsWith('/') ? path : `${path}/`);
}
