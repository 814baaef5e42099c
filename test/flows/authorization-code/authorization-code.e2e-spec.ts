import { setTimeout as sleep } from 'node:timers/promises';
import * as oauth from 'oauth4webapi';
import { Batch } from '../../../src/database/batch';
import { UnitOfWork } from '../../../src/database/unit-of-work';
import { createTestApp, GOOD_PASSWORD, TEST_ISSUER, type TestApp } from '../../support/create-test-app';
import { ForeignApplication } from '../../support/code-flow';
import { PageBrowser } from '../../support/page-browser';
import { aClient, aPublicClient, CALLBACK } from '../../support/test-clients';

describe('signing in to an application of somebody else', () => {
  let app: TestApp;

  const lines: string[] = [];

  beforeAll(async () => {
    app = await createTestApp({ log: (line) => lines.push(line), env: { LOG_LEVEL: 'info' } });
    await app.register('alice');
  });

  afterAll(() => app.close());

  it('gives a client that knows the issuer alone a token with which it reads the notes', async () => {
    const made = await aClient(app);
    const photos = new ForeignApplication(app, made, oauth.ClientSecretBasic(made.secret));
    const browser = new PageBrowser(app);
    await browser.open(await photos.authorizationUrl({ scope: 'notes:read notes:write' }));
    expect([browser.path, browser.heading, browser.text]).toEqual([
      '/sign-in',
      'Sign in',
      expect.stringContaining('Photo Printer'),
    ]);
    await browser.submit('#sign-in', { username: 'alice', password: GOOD_PASSWORD });
    expect([browser.path, browser.heading]).toEqual(['/consent', 'Photo Printer']);
    expect(browser.text).toContain('app.example.com');
    await browser.submit('#allow');
    expect(browser.url.startsWith(`${CALLBACK}?`)).toBe(true);
    expect(browser.parameters.get('iss')).toBe(TEST_ISSUER);
    const tokens = await photos.redeem(browser);
    expect(tokens).toMatchObject({ token_type: 'bearer', expires_in: 900, scope: 'notes:read notes:write' });
    const notes = app.withToken(tokens.access_token);
    expect((await notes.post('/notes', { title: 'From the printer', body: 'hello' })).status).toBe(201);
    expect((await notes.get('/notes')).body.items).toHaveLength(1);
    const renewed = await photos.refresh(tokens.refresh_token!);
    expect((await app.withToken(renewed.access_token).get('/notes')).status).toBe(200);
  });

  describe('the answer to the form by which somebody signs in', () => {
    const signIn = async (made: Awaited<ReturnType<typeof aClient>>) => {
      const application = new ForeignApplication(app, made, oauth.ClientSecretBasic(made.secret));
      const browser = new PageBrowser(app);
      await browser.open(await application.authorizationUrl({ scope: 'notes:read' }));
      const passed = jest.spyOn(browser.cookies, 'request');
      await browser.submit('#sign-in', { username: 'alice', password: GOOD_PASSWORD });
      const paths = passed.mock.calls.map(([method, path]) => `${method} ${path.split('?')[0]}`);
      return { application, browser, paths };
    };

    it('leads to the next page at once', async () => {
      const { paths } = await signIn(await aClient(app));
      expect(paths).toEqual(['POST /sign-in', 'GET /consent']);
    });

    it('leads to the application at once where there is nothing to ask, with a code of the new session', async () => {
      const { application, browser, paths } = await signIn(await aClient(app, { skip_consent: true }));
      expect([paths, browser.isAway]).toEqual([['POST /sign-in'], true]);
      await application.redeem(browser);
    });
  });

  it('asks nobody twice, and signs nobody in twice', async () => {
    const made = await aClient(app, { client_name: 'Second Visit', token_endpoint_auth_method: 'client_secret_post' });
    const application = new ForeignApplication(app, made, oauth.ClientSecretPost(made.secret));
    const browser = new PageBrowser(app);
    await browser.open(await application.authorizationUrl({ scope: 'notes:read' }));
    await browser.submit('#sign-in', { username: 'alice', password: GOOD_PASSWORD });
    await browser.submit('#allow');
    await application.redeem(browser);
    await browser.open(await application.authorizationUrl({ scope: 'notes:read' }));
    expect(browser.isAway).toBe(true);
    await application.redeem(browser);
    await browser.open(await application.authorizationUrl({ scope: 'notes:read notes:write' }));
    expect(browser.path).toBe('/consent');
  });

  describe('what somebody lets it have in two windows at one moment', () => {
    afterEach(() => jest.restoreAllMocks());

    it('is kept, also where both are answered in one unit of work', async () => {
      const [decoy, made] = [await aClient(app), await aClient(app)];
      const browser = new PageBrowser(app);
      const formOf = async (application: ForeignApplication, scope: string) => {
        await browser.open(await application.authorizationUrl({ scope }));
        if (browser.path === '/sign-in') {
          await browser.submit('#sign-in', { username: 'alice', password: GOOD_PASSWORD });
        }
        const inputs = browser.find('#allow')!.closest('form')!.querySelectorAll('input');
        const fields = inputs.map((input) => [input.getAttribute('name')!, input.getAttribute('value')!]);
        return new URLSearchParams([...fields, ['decision', 'allow']]).toString();
      };
      const [other, application] = [decoy, made].map(
        (client) => new ForeignApplication(app, client, oauth.ClientSecretBasic(client.secret)),
      ) as [ForeignApplication, ForeignApplication];
      const others = [await formOf(other, 'notes:read'), await formOf(other, 'notes:write')];
      const forms = [await formOf(application, 'notes:read'), await formOf(application, 'notes:write')];
      const allow = async (form: string) => {
        const headers = { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin' };
        const answer = await browser.cookies.request('POST', '/consent', form, { ...headers, origin: TEST_ISSUER });
        expect(answer.headers.get('location')).toContain('code=');
      };
      // As many as are answered at once, one by one; then the two that count wait for them together.
      const unitOfWork = app.resolve(UnitOfWork);
      const run = unitOfWork.run.bind(unitOfWork);
      let release: () => void = () => undefined;
      const answered = new Promise<void>((resolve) => (release = resolve));
      jest.spyOn(unitOfWork, 'run').mockImplementation(async (work) => {
        await answered;
        return run(work);
      });
      const submitted = jest.spyOn(Batch.prototype, 'submit');
      const sent: Promise<void>[] = [];
      for (const form of [...others, ...forms]) {
        sent.push(allow(form));
        const answers = () => submitted.mock.calls.filter(([asked]) => Object.hasOwn(asked as object, 'make'));
        while (answers().length < sent.length) await sleep(5);
        await sleep(5); // a batch is taken up in the next turn
      }
      release();
      await Promise.all(sent);
      await browser.open(await application.authorizationUrl({ scope: 'notes:read notes:write' }));
      expect(browser.isAway).toBe(true);
    });
  });

  it('lets a native app come back on any port of the device', async () => {
    const made = await aPublicClient(app, { application_type: 'native', redirect_uris: ['http://127.0.0.1/cb'] });
    const redirectUri = 'http://127.0.0.1:51234/cb';
    const application = new ForeignApplication(app, made, oauth.None(), { redirectUri });
    const browser = new PageBrowser(app);
    await browser.open(await application.authorizationUrl({ scope: 'notes:read' }));
    await browser.submit('#sign-in', { username: 'alice', password: GOOD_PASSWORD });
    expect(browser.text).toContain('An application on this device');
    await browser.submit('#allow');
    expect((await application.redeem(browser)).scope).toBe('notes:read');
  });

  it('logs what a wrong redirect_uri is to be compared with, under the id that the page names, and shows strangers neither', async () => {
    const made = await aPublicClient(app, {
      application_type: 'native',
      redirect_uris: ['http://127.0.0.1/cb', 'http://127.0.0.1/b'],
    });
    const logged = async (sent: Readonly<Record<string, string>>) => {
      const query = new URLSearchParams({ response_type: 'code', client_id: made.id, ...sent });
      lines.length = 0;
      const answer = await app.get(`/oauth/authorize?${query}`);
      expect([answer.status, answer.text.includes('127.0.0.1'), answer.text.includes('9999')]).toEqual([
        400,
        false,
        false,
      ]);
      const line = lines.map((text) => JSON.parse(text) as Record<string, string>).find(({ problem }) => problem);
      expect(answer.text).toContain(`<code>${line?.['requestId']}</code>`);
      return [line?.['level'], line?.['problem'], line?.['detail']];
    };
    expect(await logged({ redirect_uri: 'http://localhost:9999/cb?key=of-alice' })).toEqual([
      'info',
      'invalid_request',
      `client ${made.id} sent redirect_uri http://localhost:9999/cb?…; registered: http://127.0.0.1/cb http://127.0.0.1/b`,
    ]);
    expect((await logged({ redirect_uri: `http://localhost:9999/${'x'.repeat(900)}` }))[2]).toMatch(
      /x…; registered: http:\/\/127/,
    );
    expect((await logged({}))[2]).toMatch(/ sent no redirect_uri; registered: http/);
  });
});
