import { NestApplication } from '@nestjs/core';

/** What Nest loads by itself wherever it is installed, by the steps that do it. */
const LOADED_BY: Readonly<Record<string, readonly string[]>> = {
  '@nestjs/websockets': ['loadSocketModule'],
  '@nestjs/microservices': ['loadMicroservicesModule', 'preloadLazyPackages'],
};

/**
 * Keeps Nest from loading its packages for gateways and for messages where no feature has asked for them, which would be a tenth of a start and of the
 * memory at rest. Call it after the features are loaded: whoever has a gateway or a message handler has loaded the package of its decorator.
 */
export function leaveOutUnusedPackages(): void {
  const loaded = Object.keys(require.cache);
  for (const [name, steps] of Object.entries(LOADED_BY)) {
    const isUsed = loaded.some((file) => file.replaceAll('\\', '/').includes(`/node_modules/${name}/`));
    for (const step of steps) if (STEPS.has(step)) (isUsed ? restore : skip)(step);
  }
}

type Step = (this: NestApplication) => Promise<void>;

/** Nest has no option for it; a step that some version of it has not is left alone. */
const prototype = NestApplication.prototype as unknown as Record<string, Step | undefined>;

const STEPS = new Map(
  Object.values(LOADED_BY)
    .flat()
    .flatMap((step) => {
      const own = prototype[step];
      return own === undefined ? [] : [[step, own] as const];
    }),
);

function skip(step: string): void {
  prototype[step] = () => Promise.resolve();
}

function restore(step: string): void {
  prototype[step] = STEPS.get(step);
}
