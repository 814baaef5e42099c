import type { ServerResponse } from 'node:http';
import { FakeClock } from '../../test/support/fake-clock';
import { StrangersWeb } from '../../test/support/strangers-web';
import { within } from '../../test/support/within';
import { loadSettings } from '../config/load-settings';
import { createLog } from '../logging/log';
import { OutboundFetcher } from './outbound-fetcher';
import { OutboundPosts } from './outbound-posts';

const FORM = new URLSearchParams({ a: 'b' });
const SOON = 5_000;

describe('what is sent to strangers', () => {
  let web: StrangersWeb;
  let clock: FakeClock;
  let posts: OutboundPosts;

  beforeEach(async () => {
    web = await StrangersWeb.open();
    clock = new FakeClock();
    posts = new OutboundPosts(new OutboundFetcher(web, loadSettings({}), createLog('silent')), clock);
  });

  afterEach(() => web.close());

  it('SES-16: waits for nobody who is slow: of one site eight are called at once, by whatever names, and others meanwhile', async () => {
    const open: ServerResponse[] = [];
    for (const name of ['a.slow.example', 'b.slow.example']) {
      web.host(name, (_request, response) => void open.push(response));
    }
    web.host('quick.example', (_request, response) => response.writeHead(200).end());
    const slow = Array.from({ length: 12 }, (_, index) =>
      posts.post(`https://${index % 2 === 0 ? 'a' : 'b'}.slow.example/${index}`, FORM),
    );
    await within(SOON, async () => open.length === 8);
    expect(await Promise.all(slow.slice(8))).toEqual([null, null, null, null]);
    expect(await posts.post('https://quick.example/', FORM)).toEqual({ outcome: 'answered', status: 200 });
    for (const response of open) response.writeHead(204).end();
    expect(await Promise.all(slow.slice(0, 8))).toEqual(Array(8).fill({ outcome: 'answered', status: 204 }));
  });

  it('SES-16: is no flood: one site is called 300 times a minute', async () => {
    web.host('app.example', (_request, response) => response.writeHead(200).end());
    let sent = 0;
    for (let index = 0; index < 310; index++) if ((await posts.post('https://app.example/', FORM)) !== null) sent++;
    expect(sent).toBe(300);
    clock.advance(60);
    expect(await posts.post('https://app.example/', FORM)).toMatchObject({ outcome: 'answered' });
  });
});
