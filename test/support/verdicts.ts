/** What a verdict needs of an answer, however it was fetched. */
interface Judged {
  readonly status: number;
  readonly text: string;
  readonly headers: Pick<ReadonlyMap<string, string>, 'get'> | Headers;
}

/** Signs of the inside in a body: stacks, SQL and its errors, files, modules. */
const INSIDE =
  /\n\s+at |node_modules|\.[jt]s:\d|\/src\/|SQLITE_|QueryFailed|syntax error|\b(SELECT|INSERT|UPDATE) |TypeError|FST_ERR|\b[Ff]astify\b|@nestjs/;

/**
 * What no answer to an attack may be, whatever else it is: a fault of the server, or a look inside it.
 * @returns what is wrong with the answer, or null
 */
export function faultOf({ status, text, headers }: Judged): string | null {
  if (status >= 500 && status !== 501) return `${status} ${text}`;
  // A problem repeats the path that was asked for.
  const inside = INSIDE.exec(text.replace(/"instance":"[^"]*"/, ''));
  if (inside !== null) return `shows the inside (${inside[0]}): ${text}`;
  const named = ['server', 'x-powered-by'].find((name) => (headers.get(name) ?? null) !== null);
  return named === undefined ? null : `names its software in ${named}`;
}

/** @returns why an answer is not the refusal of a bad access token (RFC 6750 §3.1), or null */
export function notInvalidToken(answer: Judged): string | null {
  const fault = faultOf(answer);
  if (fault !== null) return fault;
  const challenge = answer.headers.get('www-authenticate') ?? '';
  if (answer.status === 401 && challenge.startsWith('Bearer error="invalid_token"')) return null;
  return `${answer.status} ${challenge} ${answer.text}`;
}

/** Tries cases one after the other. @returns those whose verdict was not null, each with it */
export async function complaints<Case>(
  cases: Iterable<readonly [name: string, Case]>,
  verdict: (one: Case) => Promise<string | null>,
): Promise<string[]> {
  const found: string[] = [];
  for (const [name, one] of cases) {
    const complaint = await verdict(one);
    if (complaint !== null) found.push(`${name}: ${complaint}`);
  }
  return found;
}
