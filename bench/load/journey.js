import { createHash, randomBytes } from 'node:crypto';
import { formatRequest } from './request.js';

const FORM = 'application/x-www-form-urlencoded';

/**
 * Every connection is a browser and the application that sent it: it goes to the authorization endpoint, follows redirects, fills in
 * the forms that it is shown, and exchanges the code. One journey counts as one request, however many it took.
 *
 * With `whole`, each journey is that of a browser that has never been there, of the next of its people; without, the browser keeps
 * its cookies, so that only the first journey has to sign in.
 *
 * With `openid`, a journey ends with an ID token too.
 *
 * @param {{ port: number, openid?: boolean, authorizePath: string, authorizeParameters: object, tokenPath: string, tokenParameters: object,
 *   authorization?: string, redirectUri: string, people: { username: string, password: string }[][], whole: boolean }} options
 *   `people`: those of each connection
 */
export function journeyPlan({ people, whole, ...application }) {
  const browsers = people.map((own) => new Browser(application, own));
  return {
    wantsBody: true,
    /** The refresh token that the last journey of each connection ended with. */
    tokens: () => browsers.map(({ refreshToken }) => refreshToken),
    /** And the access token. */
    accessTokens: () => browsers.map(({ accessToken }) => accessToken),
    abandon: (connection) => browsers[connection].abandon(),
    next: (connection) => browsers[connection].next ?? browsers[connection].begin(whole),
    learn: (connection, body, head) => browsers[connection].learn(body, head),
  };
}

class Browser {
  /** The request that the last answer leads to; null where a new journey begins. */
  next = null;
  refreshToken = null;
  accessToken = null;
  #application;
  #people;
  #turn = 0;
  #cookies = new Map();
  #verifier = randomBytes(32).toString('base64url');
  #authorize;

  constructor(application, people) {
    this.#application = application;
    this.#people = people;
    const { authorizePath, authorizeParameters, redirectUri } = application;
    const parameters = new URLSearchParams({
      ...authorizeParameters,
      response_type: 'code',
      redirect_uri: redirectUri,
      state: randomBytes(16).toString('base64url'),
      code_challenge: createHash('sha256').update(this.#verifier).digest('base64url'),
      code_challenge_method: 'S256',
    });
    this.#authorize = `${authorizePath}?${parameters}`;
  }

  begin(asNew) {
    if (asNew) {
      this.#cookies.clear();
      this.#turn = (this.#turn + 1) % this.#people.length;
    }
    return this.#request('GET', this.#authorize);
  }

  /** Something went wrong on the way: the next request begins a journey. */
  abandon() {
    this.next = null;
  }

  /** @returns false while the journey goes on */
  learn(body, head) {
    this.#takeCookies(head);
    const location = /\r\nlocation: *([^\r]+)/i.exec(head);
    if (location) this.next = this.#follow(location[1]);
    else if (body[0] === 0x7b) return this.#arrive(JSON.parse(body.toString()));
    else this.next = this.#fillIn(body.toString());
    return false;
  }

  #arrive(answer) {
    const isComplete = answer.access_token && answer.refresh_token && (answer.id_token || !this.#application.openid);
    if (!isComplete) throw new Error(`no tokens: ${JSON.stringify(answer)}`);
    this.refreshToken = answer.refresh_token;
    this.accessToken = answer.access_token;
    this.next = null;
    return true;
  }

  #follow(location) {
    const { redirectUri, tokenPath, tokenParameters, authorization, port } = this.#application;
    if (!location.startsWith(`${redirectUri}?`)) return this.#request('GET', pathOf(location));
    const answer = new URL(location).searchParams;
    if (!answer.has('code')) throw new Error(`no code: ${location}`);
    const body = new URLSearchParams({
      ...tokenParameters,
      grant_type: 'authorization_code',
      code: answer.get('code'),
      redirect_uri: redirectUri,
      code_verifier: this.#verifier,
    }).toString();
    return formatRequest({ port, method: 'POST', path: tokenPath, type: FORM, authorization, body });
  }

  /** Sends the first form of a page as a person would who types in what is asked for and presses the first button. */
  #fillIn(page) {
    const form = /<form\b([^>]*)>([^]*?)<\/form>/i.exec(page);
    if (!form) throw new Error(`no form: ${page.slice(0, 200)}`);
    const filled = new URLSearchParams();
    for (const [tag] of form[2].matchAll(/<input\b[^>]*>/gi)) {
      const name = attribute(tag, 'name');
      if (attribute(tag, 'type') === 'checkbox' && !/\schecked\b/i.test(tag)) continue;
      filled.append(name, this.#people[this.#turn][name] ?? attribute(tag, 'value') ?? 'on');
    }
    const button = /<button\b[^>]*\sname="[^>]*>/i.exec(form[2]);
    if (button) filled.append(attribute(button[0], 'name'), attribute(button[0], 'value'));
    return this.#request('POST', pathOf(attribute(form[1], 'action')), filled.toString());
  }

  #request(method, path, body) {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    return formatRequest({ port: this.#application.port, method, path, cookie, accept: 'text/html', type: FORM, body });
  }

  // The servers limit some cookies to paths of theirs; one that arrives elsewhere too is ignored there.
  #takeCookies(head) {
    for (const [, name, value, rest] of head.matchAll(/\r\nset-cookie: *([^=\r]+)=([^;\r]*)([^\r]*)/gi)) {
      if (value === '' || /expires=Thu, 01 Jan 1970|max-age=0/i.test(rest)) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
  }
}

function attribute(tag, name) {
  return new RegExp(`\\s${name}="([^"]*)"`, 'i').exec(tag)?.[1].replaceAll('&amp;', '&');
}

function pathOf(address) {
  return address.replace(/^https?:\/\/[^/]+/, '');
}
