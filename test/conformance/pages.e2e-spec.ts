import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CertificationSuite } from '../support/certification-suite';
import { GOOD_PASSWORD } from '../support/create-test-app';
import { HtmlUnit } from '../support/html-unit';

const PAGES = join(resolve(__dirname, '../..'), 'src/pages');

/** Buttons and inputs that are written by hand in a view, without those that nobody sees. */
const CONTROL = /<(?:button|input|select|textarea)\b[^>]*>/g;

describe('pages that certification suites drive', () => {
  let suite: CertificationSuite;

  beforeAll(async () => {
    suite = await CertificationSuite.start(['code-flow.yaml']);
  });

  afterAll(() => suite.close());

  it('lead through sign-up, refusal, sign-in and consent by the ids of their inputs and buttons alone, without scripts', async () => {
    const { browser } = suite;
    const pages = new HtmlUnit(browser, { username: 'certification', password: GOOD_PASSWORD });
    const query = new URLSearchParams(suite.parameters(suite.client('client-secret-basic-1'))).toString();
    await browser.open(`/oauth/authorize?${query}`);
    await pages.press('sign-in', { username: 'certification', password: 'wrong' });
    expect(browser.find('[role=alert]')).not.toBeNull();
    await browser.follow('#to-sign-up');
    await pages.press('sign-up', { email: 'visitor@example.com', username: 'visitor', password: GOOD_PASSWORD });
    await pages.press('deny');
    expect(browser.parameters.get('error')).toBe('access_denied');
    suite.anotherBrowser();
    expect((await suite.authorize(suite.client('client-secret-basic-1'))).asked).toEqual(['sign-in', 'allow']);
  });

  it('give every input and button that a person uses an id', () => {
    const views = readdirSync(PAGES, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.view.tsx'),
    );
    const controls = views.flatMap((name) =>
      [...readFileSync(join(PAGES, name), 'utf8').matchAll(CONTROL)].map(([control]) => `${name}: ${control}`),
    );
    expect(controls.length).toBeGreaterThan(10);
    expect(controls.filter((control) => !/ id=/.test(control) && !control.includes('type="hidden"'))).toEqual([]);
  });
});
