import { TEST_ISSUER, type TestApp } from './create-test-app';

/** `fetch` as client libraries want it. */
export type Network = (input: string | URL | Request, init?: object) => Promise<Response>;

/**
 * How a client library reaches a test application: it knows the issuer alone, and the network leads it to wherever the application listens.
 * @param apps more than one take turns, as behind a load balancer
 */
export function networkTo(...apps: readonly TestApp[]): Network {
  let turn = 0;
  return (input, init) => {
    const url = input instanceof Request ? input.url : input.toString();
    if (!url.startsWith(TEST_ISSUER)) throw new Error(`Nothing is at ${url}`);
    const { url: base } = apps[turn++ % apps.length]!;
    const target = `${base}${url.slice(TEST_ISSUER.length)}`;
    return fetch(input instanceof Request ? new Request(target, input) : target, init);
  };
}
