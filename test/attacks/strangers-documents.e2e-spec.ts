import { createTestApp, type TestApp } from '../support/create-test-app';
import { publish } from '../support/client-documents';
import { authorizationParameters, authorizationPath, redeemCode, aCode, signedIn } from '../support/hand-made-flow';
import { LogoutReceiver, anOpenidClient, enter } from '../support/logout-receivers';
import { openRows } from '../support/database-rows';
import { PageBrowser } from '../support/page-browser';
import { StrangersWeb } from '../support/strangers-web';
import { within } from '../support/within';

const SOON = 20_000;
const ORIGIN = 'https://agent.example';
const CALLBACK = `${ORIGIN}/callback`;

describe('what the documents of strangers make this server and the browsers of people do', () => {
  let app: TestApp;
  let web: StrangersWeb;
  let alice: PageBrowser;

  beforeEach(async () => {
    web = await StrangersWeb.open();
    app = await createTestApp({ network: web });
    await app.register('alice');
    alice = await signedIn(app, 'alice');
  });

  afterEach(async () => {
    await app.close();
    await web.close();
  });

  /** Has alice let in a client whose document says this. */
  async function letIn(name: string, changes: Readonly<Record<string, unknown>>): Promise<string> {
    const id = `${ORIGIN}/${name}.json`;
    publish(web, { scope: 'openid', ...changes }, {}, id);
    const client = { id, secret: '' };
    const code = await aCode(alice, client, { redirect_uri: CALLBACK, scope: 'openid' });
    expect((await redeemCode(app, client, code, { redirect_uri: CALLBACK })).status).toBe(200);
    return id;
  }

  const signOut = async () => (await alice.open('/account')).submit('#sign-out');

  const noticesLeft = async () => {
    const rows = await openRows(app.database);
    const found = await rows.query<{ attempts: number | string }>('SELECT attempts FROM logout_notices');
    await rows.close();
    return found.map(({ attempts }) => Number(attempts));
  };

  it('SES-16: a document has its own origin told of a logout, and no other', async () => {
    const [victim, own] = [new LogoutReceiver(web, 'victim.example'), new LogoutReceiver(web, 'agent.example')];
    await letIn('one', { backchannel_logout_uri: victim.uri });
    await letIn('two', { backchannel_logout_uri: own.uri });
    await signOut();
    await within(SOON, async () => own.tokens.length === 1 && (await noticesLeft()).length === 0);
    expect(victim.tokens).toEqual([]);
  });

  it('SES-17: a document has its own origin framed at a logout, and no other', async () => {
    await letIn('one', { frontchannel_logout_uri: 'https://victim.example/logout' });
    await letIn('two', { frontchannel_logout_uri: `${ORIGIN}/logout` });
    await signOut();
    const framed = alice.findAll('iframe').map((frame) => new URL(frame.getAttribute('src')!).origin);
    expect(framed).toEqual([ORIGIN]);
  });

  it('SES-16: whoever is slow is told later, without an attempt less, and holds up nobody', async () => {
    const [slow, quick] = [new LogoutReceiver(web, 'slow.example'), new LogoutReceiver(web, 'quick.example')];
    const open: (() => void)[] = [];
    slow.answer = (_request, response) => void open.push(() => response.writeHead(200).end());
    for (let count = 0; count < 12; count++) {
      await enter(app, await anOpenidClient(app, { backchannel_logout_uri: slow.uri }), alice);
    }
    await enter(app, await anOpenidClient(app, { backchannel_logout_uri: quick.uri }), alice);
    await signOut();
    await within(SOON, async () => open.length === 8 && quick.tokens.length === 1);
    await within(SOON, async () => (await noticesLeft()).filter((attempts) => attempts === 0).length === 4);
    for (const answer of open.splice(0)) answer();
    slow.answer = 200;
    await within(SOON, async () => (await noticesLeft()).length === 4);
    app.clock.advance(4);
    await within(SOON, async () => (await noticesLeft()).length === 0);
    expect(slow.tokens).toHaveLength(12);
  });

  it('SES-06: a document sends nobody to another origin after a logout', async () => {
    const phish = 'https://phish.example/login';
    const id = await letIn('one', { post_logout_redirect_uris: [phish, `${ORIGIN}/after`] });
    const client = encodeURIComponent(id);
    await alice.open(`/oauth/logout?client_id=${client}&post_logout_redirect_uri=${encodeURIComponent(phish)}`);
    expect([alice.answer.status, alice.find('#confirm-sign-out')]).toEqual([400, null]);
    // To its own it leads, and nobody is taken there whom no ID token has brought.
    await alice.open(`/oauth/logout?client_id=${client}&post_logout_redirect_uri=${ORIGIN}/after`);
    await alice.submit('#confirm-sign-out');
    expect([alice.path, alice.find('#way-back')?.getAttribute('href')]).toEqual(['/signed-out', `${ORIGIN}/after`]);
    expect(alice.answer.headers.get('refresh')).toBeNull();
  });

  it('DOS-06: slow documents of one stranger keep out no other client', async () => {
    publish(web, {}, {}, `${ORIGIN}/client.json`);
    for (let host = 0; host < 20; host++) web.host(`h${host}.evil.example`, () => undefined);
    const open = (id: string, redirectUri: string) =>
      authorizationPath(authorizationParameters(id, { redirect_uri: redirectUri }));
    let turnedAway = 0;
    const slow = Array.from({ length: 80 }, async (_, index) => {
      const origin = `https://h${index % 20}.evil.example`;
      await app.get(open(`${origin}/${index}`, `${origin}/callback`));
      turnedAway++;
    });
    await within(4_000, async () => turnedAway === 76);
    await alice.open(open(`${ORIGIN}/client.json`, CALLBACK));
    expect([alice.answer.status, alice.path]).toEqual([200, '/consent']);
    await Promise.all(slow);
  });
});
