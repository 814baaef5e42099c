import type { TestApp } from './create-test-app';

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
    const { url: base, settings } = apps[turn++ % apps.length]!;
    if (!url.startsWith(settings.issuer)) throw new Error(`Nothing is at ${url}`);
    const target = `${base}${url.slice(settings.issuer.length)}`;
    return fetch(input instanceof Request ? new Request(target, input) : target, init);
  };
}
