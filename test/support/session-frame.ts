import { runInNewContext } from 'node:vm';
import type { PageBrowser } from './page-browser';
import type { TestClient } from './test-client';

interface Message {
  readonly data: unknown;
  readonly origin: string;
  readonly source: { postMessage(answer: string, origin: string): void } | null;
}

/** Asks the page that tells whether somebody is still signed in, as an application's page does that has it in a frame. @returns each answer and to whom it goes */
export async function askSessionFrame(
  app: TestClient,
  browser: PageBrowser,
  data: unknown,
  origin: string,
): Promise<readonly string[]> {
  const page = await app.get('/oauth/check-session');
  const script = /<script>(.*)<\/script>/s.exec(page.text)![1]!;
  const cookie = [...browser.cookies.cookies]
    .filter(([, { attributes }]) => !attributes.includes('HttpOnly'))
    .map(([name, { value }]) => `${name}=${value}`)
    .join('; ');
  const answers: string[] = [];
  const source = { postMessage: (answer: string, to: string) => void answers.push(answer, to) };
  let listener: ((message: Message) => Promise<void>) | undefined;
  const addEventListener = (_type: string, added: typeof listener) => (listener = added);
  runInNewContext(script, { addEventListener, document: { cookie }, crypto, TextEncoder, Uint8Array, btoa });
  await listener!({ data, origin, source });
  return answers;
}
