import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decodeJwt, type JWTPayload } from 'jose';
import { createTestApp, type TestApp } from '../../support/create-test-app';
import { openRows } from '../../support/database-rows';
import { FakeClock } from '../../support/fake-clock';
import { anOpenidClient, enter } from '../../support/logout-receivers';
import { PageBrowser } from '../../support/page-browser';
import { ServerProcess } from '../../support/server-process';
import { TestClient } from '../../support/test-client';
import { SOON, within } from '../../support/within';

const ON_THIS_MACHINE = { OUTBOUND_LOOPBACK: 'on' };

describe('a server that is killed while it tells an application of a logout', () => {
  let app: TestApp;
  let application: Server;
  const told: JWTPayload[] = [];
  let answer: (response: ServerResponse) => void;

  beforeAll(async () => {
    application = createServer((request, response) => {
      let body = '';
      request.on('data', (text) => (body += String(text)));
      request.on('end', () => {
        told.push(decodeJwt(new URLSearchParams(body).get('logout_token') ?? ''));
        answer(response);
      });
    });
    await new Promise<void>((listening) => application.listen(0, '127.0.0.1', listening));
    app = await createTestApp({ env: ON_THIS_MACHINE, clock: new FakeClock(Date.now()) });
  });

  afterAll(async () => {
    await ServerProcess.killAll();
    await app.close();
    application.closeAllConnections();
    await new Promise((closed) => application.close(closed));
  });

  it('leaves it to the next one: the session has ended, and the application comes to know (SES-16, RAC-06)', async () => {
    await app.register('alice');
    const { port } = application.address() as AddressInfo;
    const client = await anOpenidClient(app, { backchannel_logout_uri: `http://127.0.0.1:${port}/logged-out` });
    const before = new PageBrowser(app);
    const { sid, sub } = decodeJwt((await enter(app, client, before)).id_token!);
    await app.stop();

    const killed = await ServerProcess.start(app.database.url, ON_THIS_MACHINE);
    const browser = new PageBrowser(Object.assign(new TestClient(killed.url), { clock: app.clock }));
    for (const [name, cookie] of before.cookies.cookies) browser.cookies.cookies.set(name, cookie);
    answer = () => killed.signal('SIGKILL');
    await browser.open('/account');
    await browser.submit('#sign-out').catch(() => undefined); // which the kill may be faster than
    expect((await killed.exit).signal).toBe('SIGKILL');

    const rows = await openRows(app.database);
    const notices = () => rows.query<{ attempts: number | string }>('SELECT attempts FROM logout_notices');
    try {
      expect((await notices()).map(({ attempts }) => Number(attempts))).toEqual([1]);
      expect(await rows.query('SELECT id FROM sessions WHERE ended_at IS NULL')).toEqual([]);
      // The next attempt is seconds away: they have passed.
      await rows.query('UPDATE logout_notices SET due_at = 0');
      answer = (response) => response.end();
      const next = await ServerProcess.start(app.database.url, ON_THIS_MACHINE);
      await within(SOON, async () => (await notices()).length === 0);
      expect(told.map((token) => [token['sid'], token.sub])).toEqual([
        [sid, sub],
        [sid, sub],
      ]);
      expect(new Set(told.map(({ jti }) => jti)).size).toBe(2);
      await next.stop();
    } finally {
      await rows.close();
    }
  }, 60_000);
});
