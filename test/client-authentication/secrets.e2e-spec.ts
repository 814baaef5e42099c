import { ClientRegistrations } from '../../src/oauth/client-registration/client-registrations';
import { anAssertion, basicHeader, type Credentials, sendForm, withAssertion } from '../support/client-credentials';
import { createTestApp, type TestApp } from '../support/create-test-app';
import { rawRequest } from '../support/raw-http';
import type { Answer } from '../support/test-client';
import { faultOf } from '../support/verdicts';

/** Characters that the form-encoding and base64 have opinions about. */
const ODD_SECRET = 'a:b%c+d/e=f&g?h~i.j-k_l*m(n)o!p$';

const FORM = { grant_type: 'urn:example:nothing' };

describe('the secrets of clients', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp();
  });

  afterAll(() => app.close());

  beforeEach(() => app.clock.advance(301));

  /** A client with an id and a secret that somebody has chosen. */
  async function aGivenClient(method: string, secret: string, id?: string): Promise<{ id: string; secret: string }> {
    const metadata = { token_endpoint_auth_method: method, grant_types: ['client_credentials'] };
    const by = { address: null, requestId: null, by: 'test' };
    const made = await app.resolve(ClientRegistrations).register({ metadata, origin: 'administrator', id, secret }, by);
    if (made.outcome !== 'done') throw new Error(JSON.stringify(made));
    return { id: made.client.id, secret };
  }

  const send = (credentials: Credentials): Promise<Answer> => sendForm(app, '/oauth/token', FORM, credentials);
  const sendHeader = (authorization: string) => send({ headers: { authorization }, form: {} });
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
  const isKnown = ({ body }: Answer) => body.error === 'unsupported_grant_type';

  it('TOK-02: are form-encoded before they are put into the header (RFC 6749 §2.3.1)', async () => {
    const { id, secret } = await aGivenClient('client_secret_basic', ODD_SECRET, 'odd.client~1');
    expect(isKnown(await sendHeader(basicHeader(id, secret)))).toBe(true);
    expect(isKnown(await sendHeader(`Basic ${btoa(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`)}`))).toBe(
      true,
    );
    expect(isKnown(await sendHeader(basicHeader(id, secret).replace('Basic', 'bASIC')))).toBe(true);
    expect(isKnown(await sendHeader(basicHeader(id, secret).replace('Basic ', 'Basic   ')))).toBe(true);
    expect(isKnown(await send({ headers: {}, form: { client_id: id, client_secret: secret } }))).toBe(false);
  });

  it('TOK-02: are refused in every other form, and nothing breaks', async () => {
    const { id, secret } = await aGivenClient('client_secret_basic', ODD_SECRET);
    const good = basicHeader(id, secret);
    const headers = [
      ...[basic(`${id}:${secret}`), 'Basic', 'Basic ', 'Basic !!!!', 'Basic a', `${good}A`, `${good},`, `${good} x`],
      ...[
        basic(id),
        basic(''),
        basic(':'),
        basic(`${id}:`),
        basic(`:${secret}`),
        basic(`${id}\u0000:x`),
        basic('%zz:x'),
      ],
      ...[basic('%ff%fe:x'), basic('é:é'), `Basic ${'A'.repeat(8_000)}`, good.replace(/=*$/, '===')],
    ];
    for (const header of headers) {
      const answer = await sendHeader(header);
      expect([header.slice(0, 60), answer.status, answer.body.error, faultOf(answer)]).toEqual([
        header.slice(0, 60),
        401,
        'invalid_client',
        null,
      ]);
      expect(answer.headers.get('www-authenticate')).toBe('Basic realm="client", charset="UTF-8"');
    }
  });

  it('TOK-02: do not come in two Authorization headers (RFC 9110 §5.3)', async () => {
    const { id, secret } = await aGivenClient('client_secret_basic', ODD_SECRET);
    const [good, wrong] = [basicHeader(id, secret), basicHeader(id, 'w'.repeat(40))];
    for (const pair of [
      [good, wrong],
      [wrong, good],
      [good, good],
    ]) {
      const answer = await rawRequest(app.url, {
        method: 'POST',
        target: '/oauth/token',
        headers: [
          ['Content-Type', 'application/x-www-form-urlencoded'],
          ...pair.map((value) => ['Authorization', value] as const),
        ],
        body: new URLSearchParams(FORM).toString(),
      });
      expect([answer.status, answer.body.error]).toEqual([400, 'invalid_request']);
    }
  });

  it('TOK-02: are refused in the query string, where logs would keep them (RFC 6749 §2.3.1)', async () => {
    const { id, secret } = await aGivenClient('client_secret_post', ODD_SECRET);
    const query = new URLSearchParams({ client_id: id, client_secret: secret }).toString();
    const answer = await sendForm(app, `/oauth/token?${query}`, FORM, { headers: {}, form: {} });
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_request']);
  });

  it('that are too short for a hash are no key of it (RFC 7518 §3.2)', async () => {
    const { id, secret } = await aGivenClient('client_secret_jwt', ODD_SECRET);
    const known = async (alg: string) => {
      const assertion = await anAssertion(
        app,
        { id, key: undefined as never },
        { header: { alg }, key: Buffer.from(secret) },
      );
      return isKnown(await send(withAssertion(assertion)));
    };
    expect(secret).toHaveLength(32);
    expect([await known('HS256'), await known('HS384'), await known('HS512')]).toEqual([true, false, false]);
  });

  it('TOK-14: cannot be tried out without end, and the right one lets its client in all the while', async () => {
    const { id, secret } = await aGivenClient('client_secret_basic', ODD_SECRET);
    const attempts = Array.from({ length: 500 }, (_, number) =>
      send({
        headers: {
          authorization: basicHeader(id, `wrong-${number}-`.repeat(4)),
          'x-forwarded-for': `203.0.113.${number % 50}`,
        },
        form: {},
      }),
    );
    const answers = await Promise.all(attempts);
    const limited = answers.filter(({ status }) => status === 429);
    expect(answers.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(100);
    expect(limited.length).toBeGreaterThanOrEqual(400);
    expect(Number(limited[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(isKnown(await sendHeader(basicHeader(id, secret)))).toBe(true);
    app.clock.advance(301);
    expect((await sendHeader(basicHeader(id, 'w'.repeat(40)))).status).toBe(401);
  });
});
