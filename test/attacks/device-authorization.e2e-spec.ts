import { decodeJwt } from 'jose';
import { sha256 } from '../../src/crypto/digest';
import { Sweeper } from '../../src/database/sweeper';
import { UserCodeEntry } from '../../src/oauth/device-authorization/user-code-entry';
import { createTestApp, GOOD_PASSWORD, type TestApp } from '../support/create-test-app';
import { openRows } from '../support/database-rows';
import { DEVICE_GRANT, enterCode, ForeignDevice } from '../support/device-flow';
import { PageBrowser } from '../support/page-browser';
import { raceRounds } from '../support/race-rounds';
import { aPublicClient } from '../support/test-clients';
import { volley } from '../support/volley';

const METADATA = { client_name: 'Living Room TV', redirect_uris: [], grant_types: [DEVICE_GRANT, 'refresh_token'] };
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };
const CONSONANTS = 'BCDFGHJKLMNPQRSTVWXZ';

describe('attacks on the authorization of devices', () => {
  let app: TestApp;
  let television: ForeignDevice;
  let clientId: string;
  let people: Record<string, string>;

  const open = async () => {
    app = await createTestApp({ env: { TRUSTED_PROXIES: '127.0.0.1' } });
    people = {};
    for (const person of ['alice', 'mallory']) people[person] = (await app.register(person)).body.id as string;
    const made = await aPublicClient(app, METADATA);
    clientId = made.id;
    television = new ForeignDevice(app, made);
  };

  const begin = () => television.begin({ scope: 'notes:read' });

  /** Somebody's browser on the page that asks. */
  const inBrowserOf = (person: string, userCode: string) => enterCode(new PageBrowser(app), userCode, person);

  describe('EXT-01: whoever entered the code decides, and nobody else', () => {
    beforeAll(open);
    afterAll(() => app.close());
    it('EXT-01: another person who enters the same code is not asked', async () => {
      const codes = await begin();
      const alice = await inBrowserOf('alice', codes.user_code);
      const mallory = await inBrowserOf('mallory', codes.user_code);
      expect([mallory.answer.status, mallory.heading]).toEqual([403, 'Somebody else has entered this code']);
      expect([mallory.find('#allow'), mallory.find('#deny')]).toEqual([null, null]);
      await alice.submit('#allow');
      const { access_token } = await television.poll(codes);
      expect(decodeJwt(access_token).sub).toBe(people.alice);
    });

    it.each(['allow', 'deny'])('EXT-01: %s by a form that another person sends decides nothing', async (decision) => {
      const codes = await begin();
      const mallory = await new PageBrowser(app).open('/device');
      await mallory.submit('#continue', { user_code: codes.user_code });
      const ticket = mallory.parameters.get('ticket')!;
      await inBrowserOf('alice', codes.user_code);
      await mallory.submit('#sign-in', { username: 'mallory', password: GOOD_PASSWORD });
      expect(mallory.answer.status).toBe(403);
      await mallory.open('/device');
      const token = mallory.find('input[name=csrf_token]')!.getAttribute('value')!;
      const body = new URLSearchParams({ csrf_token: token, ticket, decision, scope: 'notes:read' });
      await mallory.post('/device/decision', body.toString());
      expect(mallory.answer.status).toBe(403);
      expect(await television.refusal(codes)).toBe('authorization_pending');
    });

    it('EXT-01: a page that was shown to one person does not let another decide who has signed in meanwhile', async () => {
      const codes = await begin();
      const alice = await inBrowserOf('alice', codes.user_code);
      const ofAlice = new URLSearchParams(
        alice
          .findAll('form input[type=hidden]')
          .map((input): [string, string] => [input.getAttribute('name')!, input.getAttribute('value')!]),
      );
      const elsewhere = await inBrowserOf('mallory', (await begin()).user_code);
      await elsewhere.post('/device/decision', `${ofAlice.toString()}&decision=allow&scope=notes%3Aread`);
      expect(elsewhere.answer.status).toBeGreaterThanOrEqual(400);
      expect(await television.refusal(codes)).toBe('authorization_pending');
    });

    it('EXT-01: neither a link nor a form of another site decides, with or without the cookies of a person', async () => {
      const codes = await begin();
      const alice = await inBrowserOf('alice', codes.user_code);
      const ticket = alice.parameters.get('ticket')!;
      for (const path of [
        `/device?user_code=${codes.user_code}&decision=allow`,
        `/device/decision?ticket=${ticket}&decision=allow&scope=notes%3Aread`,
        `/device?ticket=${ticket}&decision=allow`,
      ]) {
        await alice.open(path);
      }
      for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
        await alice.post('/device/decision', `ticket=${ticket}&decision=allow&scope=notes%3Aread`, headers);
        expect(alice.answer.status).toBe(403);
        await alice.post('/device', `user_code=${codes.user_code}`, headers);
        expect(alice.answer.status).toBe(403);
      }
      await alice.post('/device/decision', `ticket=${ticket}&decision=allow&scope=notes%3Aread`);
      expect(alice.answer.status).toBe(403);
      expect(await television.refusal(codes)).toBe('authorization_pending');
    });

    it('EXT-01: the ticket of one browser opens nothing in another, nor does that of another page', async () => {
      const codes = await begin();
      const alice = await inBrowserOf('alice', codes.user_code);
      const mallory = await inBrowserOf('mallory', (await begin()).user_code);
      await mallory.open(alice.url);
      expect([mallory.answer.status, mallory.find('#allow') === null]).toEqual([400, true]);
      const ticket = alice.parameters.get('ticket')!;
      const middle = Math.floor(ticket.length / 2);
      const other = `${ticket.slice(0, middle)}${ticket[middle] === 'A' ? 'B' : 'A'}${ticket.slice(middle + 1)}`;
      for (const forged of ['x', other, ticket.slice(0, middle)]) {
        await alice.open(`/device?ticket=${forged}`);
        expect([alice.answer.status, alice.find('#allow') === null]).toEqual([400, true]);
      }
    });

    it('EXT-01: the link with the code shows the code and waits for the person (RFC 8628 §3.3.1, §5.4)', async () => {
      const codes = await begin();
      const alice = await inBrowserOf('alice', (await begin()).user_code);
      await alice.open(codes.verification_uri_complete!);
      expect([alice.heading, alice.find('#allow')]).toEqual(['Connect a device', null]);
      await alice.submit('#continue');
      expect(alice.text).toContain('on a device in front of you that shows this code');
      expect(await television.refusal(codes)).toBe('authorization_pending');
    });
  });

  describe('EXT-02, DOS-06: guessing codes, and asking for many', () => {
    beforeEach(open);
    afterEach(() => app.close());
    const guess = (index: number) => {
      let code = '';
      for (let rest = index, place = 0; place < 8; place++, rest = Math.floor(rest / 20)) code += CONSONANTS[rest % 20];
      return code;
    };

    const guesser = async () => {
      const browser = await new PageBrowser(app).open('/device');
      const csrf = browser.find('input[name=csrf_token]')!.getAttribute('value')!;
      return (userCode: string, address: string) =>
        browser.post('/device', new URLSearchParams({ csrf_token: csrf, user_code: userCode }).toString(), {
          'x-forwarded-for': address,
        });
    };

    it('EXT-02: after 20 wrong codes from one network no code is looked up, the right one neither, however the sessions change', async () => {
      const { user_code: right } = await begin();
      const statuses: number[] = [];
      for (let index = 0; index < 24; index++) {
        const tryCode = await guesser();
        statuses.push((await tryCode(guess(index), `2001:db8::${index + 1}`)).answer.status);
      }
      expect(statuses).toEqual([...Array<number>(20).fill(422), ...Array<number>(4).fill(429)]);
      const tryCode = await guesser();
      const refused = await tryCode(right, '2001:db8::99');
      expect([refused.answer.status, refused.find('#allow')]).toEqual([429, null]);
      expect((await tryCode(right, '203.0.113.7')).path).toBe('/sign-in');
      app.clock.advance(301);
      expect((await tryCode(right, '2001:db8::99')).path).toBe('/sign-in');
    });

    it('EXT-02: of 5,000 guesses from 500 networks at most 3,000 are looked at, whatever else they change', async () => {
      for (let index = 0; index < 20; index++) await begin();
      const addressOf = (number: number) => `198.51.${Math.floor((number % 500) / 250)}.${(number % 250) + 1}`;
      const entry = app.resolve(UserCodeEntry);
      const look = (number: number) =>
        entry.look(guess(number * 7_919), { address: addressOf(number), requestId: null, userAgent: null }).then(
          ({ outcome }) => outcome,
          (error: unknown) => (error as { status: number }).status,
        );
      const told: unknown[] = [];
      for (let batch = 0; batch < 100; batch++) {
        told.push(...(await Promise.all(Array.from({ length: 50 }, (_, index) => look(batch * 50 + index)))));
      }
      expect([...new Set(told)]).toEqual(['unknown', 429]);
      const looked = told.filter((outcome) => outcome === 'unknown').length;
      expect([looked > 2_900, looked <= 3_000]).toEqual([true, true]);
      // The page goes by the same count.
      const tryCode = await guesser();
      for (let number = 5_000; number < 5_020; number++) {
        expect((await tryCode(guess(number * 7_919), addressOf(number))).answer.status).toBe(429);
      }
    });

    it('EXT-02: parallel guesses share the limit of their address', async () => {
      const browser = await new PageBrowser(app).open('/device');
      const csrf = browser.find('input[name=csrf_token]')!.getAttribute('value')!;
      const request = (index: number) => ({
        url: app.url,
        path: '/device',
        body: new URLSearchParams({ csrf_token: csrf, user_code: guess(index) }).toString(),
        headers: { Cookie: `browser=${browser.cookies.value('browser')!}` },
      });
      const answers = await volley(Array.from({ length: 60 }, (_, index) => request(index)));
      expect(answers.filter(({ status }) => status === 422)).toHaveLength(20);
      expect(answers.filter(({ status }) => status === 429)).toHaveLength(40);
    });

    it('EXT-02: codes that were right use nothing up, and what cannot be a code is not looked up at all', async () => {
      const tryCode = await guesser();
      for (let round = 0; round < 25; round++) {
        expect((await tryCode((await begin()).user_code, '203.0.113.7')).path).toBe('/sign-in');
        expect((await tryCode('WDJB-MJH', '203.0.113.7')).answer.status).toBe(422);
      }
    });

    it('EXT-02: a part of a code, or one with something around it, is not the code', async () => {
      const { user_code: code } = await begin();
      const tryCode = await guesser();
      for (const wrong of [
        code.slice(0, 8),
        `${code}B`,
        `${code.slice(1)}`,
        `%${code.slice(1)}`,
        code.replace('-', '_'),
      ]) {
        expect([wrong, (await tryCode(wrong, '203.0.113.7')).answer.status]).toEqual([wrong, 422]);
      }
    });

    it('EXT-02: a copy of the database gives no code: the digests are keyed', async () => {
      const codes = await begin();
      const rows = await openRows(app.database);
      const stored = JSON.stringify(await rows.query('SELECT * FROM device_codes'));
      await rows.close();
      const plain = codes.user_code.replace('-', '');
      for (const secret of [codes.device_code, plain, codes.user_code, sha256(plain), sha256(codes.user_code)]) {
        expect(stored).not.toContain(secret);
      }
      expect(stored).toContain(sha256(codes.device_code));
    });

    it('DOS-06: one address has 100 codes in five minutes, and the rows are swept away', async () => {
      const ask = (index: number) =>
        app.post('/oauth/device_authorization', `client_id=${clientId}`, {
          ...FORM,
          'x-forwarded-for': `2001:db8::${index + 1}`,
        });
      const statuses: number[] = [];
      for (let index = 0; index < 110; index++) statuses.push((await ask(index)).status);
      expect(statuses).toEqual([...Array<number>(100).fill(200), ...Array<number>(10).fill(429)]);
      const refused = await ask(0);
      expect(refused.body.error).toBe('temporarily_unavailable');
      expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
      app.clock.advance(600 + 3_600 + 1);
      await app.resolve(Sweeper).sweep();
      const rows = await openRows(app.database);
      expect(await rows.query('SELECT digest FROM device_codes')).toEqual([]);
      await rows.close();
    });
  });

  describe('EXT-03: the device code', () => {
    beforeAll(open);
    afterAll(() => app.close());
    const allow = async (userCode: string) => (await inBrowserOf('alice', userCode)).submit('#allow');

    it('EXT-03: a second use is refused and takes back what came of the first, as with an authorization code', async () => {
      const codes = await begin();
      await allow(codes.user_code);
      const tokens = await television.poll(codes);
      expect((await app.withToken(tokens.access_token).get('/notes')).status).toBe(200);
      expect(await television.refusal(codes)).toBe('invalid_grant');
      expect((await app.withToken(tokens.access_token).get('/notes')).status).toBe(401);
      await expect(television.refresh(tokens.refresh_token!)).rejects.toMatchObject({ error: 'invalid_grant' });
    });

    it('EXT-03: another client gets nothing for it and uses nothing up', async () => {
      const codes = await begin();
      const thief = new ForeignDevice(app, await aPublicClient(app, METADATA));
      expect(await thief.refusal(codes)).toBe('invalid_grant');
      await allow(codes.user_code);
      expect(await thief.refusal(codes)).toBe('invalid_grant');
      expect((await television.poll(codes)).scope).toBe('notes:read');
    });

    it('EXT-03: it cannot be redeemed, nor decided on, when it has expired; the device is told so (RFC 8628 §3.5)', async () => {
      const [allowed, open] = [await begin(), await begin()];
      await allow(allowed.user_code);
      const alice = await inBrowserOf('alice', open.user_code);
      app.clock.advance(600);
      expect([await television.refusal(allowed), await television.refusal(open)]).toEqual([
        'expired_token',
        'expired_token',
      ]);
      await alice.submit('#allow');
      expect([alice.answer.status, alice.heading]).toEqual([410, 'This code has expired']);
      await alice.follow('#another-code');
      await alice.submit('#continue', { user_code: open.user_code });
      expect([alice.answer.status, alice.text]).toEqual([422, expect.stringContaining('has expired')]);
      app.clock.advance(3_601);
      await app.resolve(Sweeper).sweep();
      expect(await television.refusal(open)).toBe('invalid_grant');
    });

    it('EXT-03: asking too often raises the interval by five seconds each time, durably (RFC 8628 §3.5)', async () => {
      const codes = await begin();
      const after = async (seconds: number) => {
        app.clock.advance(seconds);
        return television.refusal(codes);
      };
      expect(await after(0)).toBe('authorization_pending');
      expect(await after(5)).toBe('authorization_pending');
      expect(await after(3)).toBe('slow_down'); // now 10 s
      expect(await after(8)).toBe('slow_down'); // now 15 s
      expect(await after(13)).toBe('slow_down'); // now 20 s
      expect(await after(20)).toBe('authorization_pending');
      expect(await after(15)).toBe('slow_down'); // now 25 s
      expect(await after(25)).toBe('authorization_pending');
      await allow(codes.user_code);
      expect((await television.poll(codes)).scope).toBe('notes:read');
    });

    it('EXT-03: of 20 parallel polls exactly one gets tokens, every time', async () => {
      for (let round = 0; round < raceRounds(10); round++) {
        app.clock.advance(301);
        const codes = await begin();
        await allow(codes.user_code);
        const form = { grant_type: DEVICE_GRANT, device_code: codes.device_code, client_id: clientId };
        const request = { url: app.url, path: '/oauth/token', body: new URLSearchParams(form).toString() };
        const answers = await volley(Array.from({ length: 20 }, () => request));
        const outcomes = answers.map(({ status, body }) => (status === 200 ? 'tokens' : `${status} ${body.error}`));
        expect(outcomes.sort()).toEqual([...Array<string>(19).fill('400 invalid_grant'), 'tokens']);
      }
    });

    it('EXT-03: a person who is disabled meanwhile gives their device nothing', async () => {
      const codes = await begin();
      await (await inBrowserOf('mallory', codes.user_code)).submit('#allow');
      const rows = await openRows(app.database);
      await rows.query(`UPDATE users SET disabled_at = 1 WHERE username = 'mallory'`);
      await rows.close();
      expect(await television.refusal(codes)).toBe('invalid_grant');
    });

    it('EXT-03: disconnecting the application ends what its devices have not come for', async () => {
      const codes = await begin();
      const alice = await allow(codes.user_code);
      await alice.open('/account');
      await alice.submit('button[aria-label="Remove access of Living Room TV"]');
      expect(alice.text).toContain('has no access any more');
      expect(await television.refusal(codes)).toBe('invalid_grant');
    });
  });
});
