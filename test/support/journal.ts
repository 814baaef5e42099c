import { GOOD_PASSWORD } from './create-test-app';
import type { Answer, TestClient } from './test-client';

/** Somebody who uses the server without pause and writes down what it acknowledged. */
export interface Witness {
  /** How many things were acknowledged so far. */
  readonly acknowledged: number;
  /** One thing after the other; rejects when the server is gone. */
  act(server: TestClient): Promise<void>;
  /** Holds a server that was started again to what was acknowledged since the last call. @returns what is missing */
  complaints(server: TestClient): Promise<string[]>;
}

/** Access and refresh token of one session. */
interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
}

const login = (server: TestClient, username: string, password = GOOD_PASSWORD) =>
  server.post('/auth/login', { username, password });

const register = (server: TestClient, username: string) =>
  server.post('/auth/register', { username, email: `${username}@example.com`, password: GOOD_PASSWORD });

/** The server was there, and gave an answer that undisturbed operation does not give. */
export class UnexpectedAnswer extends Error {}

/** @throws {UnexpectedAnswer} */
function expectStatus(answer: Answer, status: number, what: string): Answer {
  if (answer.status !== status) {
    throw new UnexpectedAnswer(`${what} was answered with ${answer.status}: ${answer.text}`);
  }
  return answer;
}

/** Tokens that must be dead: neither lets anybody in. */
async function livesOn(server: TestClient, { access_token, refresh_token }: Tokens, whose: string): Promise<string[]> {
  const me = await server.withToken(access_token).get('/auth/me');
  const refreshed = await server.post('/auth/refresh', { refresh_token });
  return [
    ...(me.status === 401 ? [] : [`the access token of ${whose} is alive (${me.status})`]),
    ...(refreshed.status === 401 ? [] : [`the refresh token of ${whose} is alive (${refreshed.status})`]),
  ];
}

/** Registers one person after the other. */
export class Registrar implements Witness {
  acknowledged = 0;
  /** Who was told that they are registered. */
  readonly registered: string[] = [];
  private checked = 0;
  private count = 0;

  async act(server: TestClient): Promise<void> {
    const username = `newcomer-${this.count++}`;
    expectStatus(await register(server, username), 201, 'A registration');
    this.registered.push(username);
    this.acknowledged++;
  }

  async complaints(server: TestClient): Promise<string[]> {
    const names = this.registered.slice(this.checked);
    this.checked = this.registered.length;
    const answers = await Promise.all(names.map((name) => login(server, name)));
    return names.filter((_name, index) => answers[index]!.status !== 200).map((name) => `${name} is not registered`);
  }
}

/** Refreshes one token after the other. */
export class Refresher implements Witness {
  acknowledged = 0;
  private tokens: Tokens = { access_token: '', refresh_token: '' };

  constructor(private readonly username: string) {}

  async begin(server: TestClient): Promise<void> {
    expectStatus(await register(server, this.username), 201, 'A registration');
    this.tokens = expectStatus(await login(server, this.username), 200, 'A sign-in').body as Tokens;
  }

  async act(server: TestClient): Promise<void> {
    const { refresh_token } = this.tokens;
    this.tokens = expectStatus(await server.post('/auth/refresh', { refresh_token }), 200, 'A refresh').body as Tokens;
    this.acknowledged++;
  }

  /** A rotation that was forgotten would make the acknowledged token a stranger to its family, which is taken for a replay. */
  async complaints(server: TestClient): Promise<string[]> {
    const me = await server.withToken(this.tokens.access_token).get('/auth/me');
    const { refresh_token } = this.tokens;
    const refreshed = await server.post('/auth/refresh', { refresh_token });
    if (refreshed.status === 200) this.tokens = refreshed.body as Tokens;
    return [
      ...(me.status === 200 ? [] : [`the last access token of ${this.username} is refused: ${me.text}`]),
      ...(refreshed.status === 200 ? [] : [`the last rotation of ${this.username} is lost: ${refreshed.text}`]),
    ];
  }
}

/** Signs in and out again. */
export class Leaver implements Witness {
  acknowledged = 0;
  private readonly ended: Tokens[] = [];

  constructor(private readonly username: string) {}

  async begin(server: TestClient): Promise<void> {
    expectStatus(await register(server, this.username), 201, 'A registration');
  }

  async act(server: TestClient): Promise<void> {
    const tokens = expectStatus(await login(server, this.username), 200, 'A sign-in').body as Tokens;
    expectStatus(await server.withToken(tokens.access_token).post('/auth/logout'), 204, 'A sign-out');
    this.ended.push(tokens);
    this.acknowledged++;
  }

  async complaints(server: TestClient): Promise<string[]> {
    const ended = this.ended.splice(0);
    return (await Promise.all(ended.map((tokens) => livesOn(server, tokens, 'somebody signed out')))).flat();
  }
}

/** Changes the password again and again; each change ends the other session. */
export class PasswordChanger implements Witness {
  acknowledged = 0;
  private password = GOOD_PASSWORD;
  /** A change that was asked for and not answered; either of the two is right then. */
  private asked: string | null = null;
  private former: string | null = null;
  private readonly ended: Tokens[] = [];
  private count = 0;

  constructor(private readonly username: string) {}

  async begin(server: TestClient): Promise<void> {
    expectStatus(await register(server, this.username), 201, 'A registration');
  }

  async act(server: TestClient): Promise<void> {
    const other = expectStatus(await login(server, this.username, this.password), 200, 'A sign-in').body as Tokens;
    const own = expectStatus(await login(server, this.username, this.password), 200, 'A sign-in').body as Tokens;
    const newPassword = `${GOOD_PASSWORD}-${this.count++}`;
    this.asked = newPassword;
    const change = { currentPassword: this.password, newPassword };
    expectStatus(await server.withToken(own.access_token).post('/auth/password', change), 204, 'A change of password');
    this.former = this.password;
    this.password = newPassword;
    this.asked = null;
    this.ended.push(other);
    this.acknowledged++;
  }

  async complaints(server: TestClient): Promise<string[]> {
    const works = async (password: string | null) =>
      password !== null && (await login(server, this.username, password)).status === 200;
    const [present, asked, former] = [await works(this.password), await works(this.asked), await works(this.former)];
    const found = (
      await Promise.all(this.ended.splice(0).map((tokens) => livesOn(server, tokens, 'another session')))
    ).flat();
    if (present === asked) {
      found.push(`of the acknowledged and the requested password ${present ? 'both' : 'none'} works`);
    }
    if (former) found.push('a password that was replaced works again');
    if (asked) [this.former, this.password] = [this.password, this.asked ?? this.password];
    this.asked = null;
    return found;
  }
}

/** Writes notes. */
export class Writer implements Witness {
  acknowledged = 0;
  private token = '';
  private readonly places: string[] = [];

  constructor(private readonly username: string) {}

  async begin(server: TestClient): Promise<void> {
    expectStatus(await register(server, this.username), 201, 'A registration');
    this.token = expectStatus(await login(server, this.username), 200, 'A sign-in').body.access_token as string;
  }

  async act(server: TestClient): Promise<void> {
    const note = { title: `note ${this.acknowledged}`, body: 'written down' };
    const answer = expectStatus(await server.withToken(this.token).post('/notes', note), 201, 'A note');
    this.places.push(answer.headers.get('location') ?? '');
    this.acknowledged++;
  }

  async complaints(server: TestClient): Promise<string[]> {
    const places = this.places.splice(0);
    const answers = await Promise.all(places.map((place) => server.withToken(this.token).get(place)));
    return places.filter((_place, index) => answers[index]!.status !== 200).map((place) => `${place} is lost`);
  }
}
