import { type HTMLElement, parse } from 'node-html-parser';
import type { Clock } from '../../src/config/clock';
import { CookieBrowser } from './cookie-browser';
import { TEST_ISSUER } from './create-test-app';
import type { Answer, TestClient } from './test-client';

/** How many redirects a browser follows. */
const MOST_REDIRECTS = 20;

/** What a person types into a form, by the names of its fields; a list ticks the boxes of that name and no others. */
export type Filled = Readonly<Record<string, string | readonly string[]>>;

/** A browser without scripts: cookies, redirects, links and forms, as a person uses them. */
export class PageBrowser {
  readonly cookies: CookieBrowser;
  /** Where the browser is: a page of the server, or the address to which it was sent away. */
  url = `${TEST_ISSUER}/`;
  answer: Answer = { status: 0, headers: new Headers(), text: '', body: {} };
  private document: HTMLElement = parse('');

  constructor(
    app: TestClient & { readonly clock: Clock },
    private readonly issuer: string = TEST_ISSUER,
  ) {
    this.cookies = new CookieBrowser(app, app.clock);
  }

  /** Opens an address, as if it was typed or came by a link of another site. */
  open(url: string): Promise<this> {
    return this.navigate('GET', new URL(url, `${this.issuer}/`).href, undefined, { 'sec-fetch-site': 'cross-site' });
  }

  /** Follows a link of the page. */
  follow(selector: string): Promise<this> {
    const href = this.need(selector).getAttribute('href') ?? '';
    return this.navigate('GET', new URL(href, this.url).href, undefined, { 'sec-fetch-site': 'same-origin' });
  }

  /** Presses a button after filling in its form. */
  submit(selector: string, filled: Filled = {}): Promise<this> {
    const button = this.need(selector);
    const form = button.closest('form');
    if (form === null) throw new Error(`${selector} is in no form.`);
    const fields = new URLSearchParams(fieldsOf(form, filled));
    const name = button.getAttribute('name');
    if (name !== undefined) fields.append(name, button.getAttribute('value') ?? '');
    const target = new URL(form.getAttribute('action') ?? '', this.url).href;
    if ((form.getAttribute('method') ?? 'get').toLowerCase() === 'get') {
      return this.navigate('GET', `${target}?${fields.toString()}`, undefined, { 'sec-fetch-site': 'same-origin' });
    }
    return this.post(target, fields.toString());
  }

  /** Sends a form from a page of the server itself. */
  post(target: string, body: string, headers: Readonly<Record<string, string>> = {}): Promise<this> {
    const origin = new URL(this.issuer).origin;
    return this.navigate('POST', new URL(target, `${this.issuer}/`).href, body, {
      'content-type': 'application/x-www-form-urlencoded',
      origin,
      'sec-fetch-site': 'same-origin',
      ...headers,
    });
  }

  /** The heading of the page. */
  get heading(): string {
    return this.document.querySelector('h1')?.textContent.trim() ?? '';
  }

  /** All that the page says, without markup. */
  get text(): string {
    return this.document.querySelector('main')?.textContent.replace(/\s+/g, ' ').trim() ?? '';
  }

  /** The path of the page, without the query. */
  get path(): string {
    return new URL(this.url).pathname;
  }

  /** Whether the browser is at an address of somebody else. */
  get isAway(): boolean {
    return !this.url.startsWith(`${this.issuer}/`);
  }

  /** What the address says behind `?` or `#`. */
  get parameters(): URLSearchParams {
    const { search, hash } = new URL(this.url);
    return new URLSearchParams(hash === '' ? search : hash.slice(1));
  }

  /** An element of the page, or null. */
  find(selector: string): HTMLElement | null {
    return this.document.querySelector(selector);
  }

  /** All elements of the page that fit. */
  findAll(selector: string): HTMLElement[] {
    return this.document.querySelectorAll(selector);
  }

  private need(selector: string): HTMLElement {
    const found = this.find(selector);
    if (found === null) throw new Error(`There is no ${selector} on ${this.url}: ${this.answer.status} ${this.text}`);
    return found;
  }

  private async navigate(
    method: string,
    url: string,
    body: string | undefined,
    headers: Readonly<Record<string, string>>,
  ): Promise<this> {
    let step = { method, url, body, headers };
    for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
      this.url = step.url;
      if (this.isAway) return this;
      const path = step.url.slice(this.issuer.length);
      this.answer = await this.cookies.request(step.method, path, step.body, step.headers);
      const location = this.answer.headers.get('location');
      if (location === null || this.answer.status < 300 || this.answer.status >= 400) {
        this.document = parse(this.answer.text);
        return this;
      }
      step = { method: 'GET', url: new URL(location, step.url).href, body: undefined, headers };
      step.headers = { 'sec-fetch-site': headers['sec-fetch-site'] ?? 'none' };
    }
    throw new Error(`More than ${MOST_REDIRECTS} redirects, the last to ${this.url}`);
  }
}

function fieldsOf(form: HTMLElement, filled: Filled): [string, string][] {
  return form.querySelectorAll('input').flatMap((input): [string, string][] => {
    const name = input.getAttribute('name') ?? '';
    const value = input.getAttribute('value') ?? '';
    const given = filled[name];
    if (name === '' || input.hasAttribute('disabled') || input.getAttribute('type') === 'submit') return [];
    if (input.getAttribute('type') === 'checkbox') {
      const isTicked = given === undefined ? input.hasAttribute('checked') : [given].flat().includes(value);
      return isTicked ? [[name, value]] : [];
    }
    return [[name, typeof given === 'string' ? given : value]];
  });
}
