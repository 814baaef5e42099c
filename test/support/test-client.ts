/** An answer with its body read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; `{}` where there is none. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests look into answers of any shape
  readonly body: any;
}

/** Calls an application over HTTP, with the same headers each time. */
export class TestClient {
  constructor(
    private readonly base: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {}

  /** The same client with an access token. */
  withToken(token: string): TestClient {
    return new TestClient(this.base, { ...this.headers, authorization: `Bearer ${token}` });
  }

  /** The same client with further headers. */
  withHeaders(headers: Readonly<Record<string, string>>): TestClient {
    return new TestClient(this.base, { ...this.headers, ...headers });
  }

  async request(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer> {
    const response = await fetch(`${this.base}${path}`, {
      method,
      redirect: 'manual',
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...this.headers, ...headers },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson && text !== '' ? JSON.parse(text) : {},
    };
  }

  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Answer> {
    return this.request('GET', path, undefined, headers);
  }

  post(path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer> {
    return this.request('POST', path, body, headers);
  }

  patch(path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer> {
    return this.request('PATCH', path, body, headers);
  }

  put(path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer> {
    return this.request('PUT', path, body, headers);
  }

  delete(path: string, headers?: Readonly<Record<string, string>>): Promise<Answer> {
    return this.request('DELETE', path, undefined, headers);
  }
}
