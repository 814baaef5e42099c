import { NestApplication } from '@nestjs/core';

/** What Nest loads by itself wherever it is installed, by the steps that do it. */
const LOADED_BY: Readonly<Record<string, readonly string[]>> = {
  '@nestjs/websockets': ['loadSocketModule'],
  '@nestjs/microservices': ['loadMicroservicesModule', 'preloadLazyPackages'],
};

type Step = (this: NestApplication) => Promise<void>;

/** Nest has no option for it; a step that some version of it has not is left alone. */
const prototype = NestApplication.prototype as unknown as Record<string, Step | undefined>;

let isDone = false;

/**
 * Keeps Nest from loading its packages for gateways and for messages where nobody has asked for them, which would be a tenth of a start and of the memory
 * at rest. Whoever has a gateway or a message handler has loaded the package of its decorator: that is looked at when an application starts, of whatever
 * making.
 */
export function leaveOutUnusedPackages(): void {
  if (isDone) return;
  isDone = true;
  for (const [name, steps] of Object.entries(LOADED_BY)) {
    for (const step of steps) {
      const load = prototype[step];
      if (load === undefined) continue;
      prototype[step] = function (this: NestApplication) {
        return isLoaded(name) ? load.call(this) : Promise.resolve();
      };
    }
  }
}

function isLoaded(name: string): boolean {
  return Object.keys(require.cache).some((file) => file.replaceAll('\\', '/').includes(`/node_modules/${name}/`));
}
